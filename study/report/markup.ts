/** Escapes text for HTML and SVG, including attributes. */
export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A number for readers: four significant digits, with thousands separators. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const rounded = Number(value.toPrecision(4));
  if (rounded !== 0 && Math.abs(rounded) < 1e-4) return rounded.toExponential(2);
  return rounded.toLocaleString('en', { maximumSignificantDigits: 4 });
}

/** A number in compact notation (K, M, ...), for axes. */
export function tickNumber(value: number): string {
  if (Math.abs(value) < 1000) return shortNumber(value);
  return value.toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 4 });
}

/** A mean with the half-width of its confidence interval, if there is one. */
export function shortInterval(interval: {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}): string {
  const { mean, low, high } = interval;
  if (low === null || high === null) return shortNumber(mean);
  return `${shortNumber(mean)} ± ${shortNumber((high - low) / 2)}`;
}
