/** A number for readers: four significant digits, with thousands separators. */
export function shortNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return '-';
  const rounded = Number(value.toPrecision(digits));
  if (rounded !== 0 && Math.abs(rounded) < 1e-4) return rounded.toExponential(2);
  return rounded.toLocaleString('en', { maximumSignificantDigits: digits });
}

/** A number in compact notation (K, M, ...), for axes. */
export function tickNumber(value: number): string {
  if (Math.abs(value) < 10_000) return shortNumber(value);
  return value.toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 4 });
}

/** A value with its unit, such as "4 min 10 s", "$0.0042" or "84.2 %". */
export function quantityText(value: number, unit: string, digits?: number): string {
  if (!Number.isFinite(value)) return '-';
  if (unit === 's') return durationText(value);
  if (unit === 'USD') return value < 0 ? `-$${shortNumber(-value, 3)}` : `$${shortNumber(value, 3)}`;
  if (unit === '%') return `${shortNumber(value, 3)} %`;
  if (unit === '') return shortNumber(value, digits);
  const step = displayStep(Math.abs(value), unit);
  return `${shortNumber(value / step.factor, digits)} ${step.unit}`;
}

/** Digits of a value beside its interval. More would not be known. */
const INTERVAL_DIGITS = 3;

/**
 * A value with its interval, such as "28.9 (2.35 to 55.4) s": the unit once, if it is the same, and the value
 * alone if the interval is no wider than what is shown.
 */
export function intervalText(
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  unit: string,
): string {
  const texts = [value, low, high].map((one) => quantityText(one, unit, INTERVAL_DIGITS));
  const [shown, from, to] = texts;
  if (from === shown && to === shown) return shown;
  const [commonUnit, ...others] = new Set(texts.map((text) => text.split(' ').slice(1).join(' ')));
  // A duration such as "4 min 10 s" has no unit at its end only.
  const isShared = others.length === 0 && /^\S+$/.test(commonUnit);
  if (!isShared) return `${shown} (${from} to ${to})`;
  const [number, least, most] = texts.map((text) => text.split(' ')[0]);
  return `${number} (${least} to ${most}) ${commonUnit}`;
}

/** A duration in the units that suit it, such as "830 ms", "4.2 s", "4 min 10 s" or "2 h 5 min". */
export function durationText(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '-' : '';
  if (size === 0) return '0 s';
  if (size < 0.9995) return `${sign}${shortNumber(size * 1000, 3)} ms`;
  if (size < 99.95) return `${sign}${shortNumber(size, 3)} s`;
  const [large, small, largeName, smallName] =
    size < 3599.5
      ? [60, 1, 'min', 's']
      : size < 86_400 - 30
        ? [3600, 60, 'h', 'min']
        : [86_400, 3600, 'd', 'h'];
  const total = Math.round(size / small);
  const whole = Math.floor((total * small) / large);
  const rest = total - (whole * large) / small;
  return `${sign}${whole} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** A unit for display: `value / factor` is in `unit`. */
export interface DisplayStep {
  readonly factor: number;
  readonly unit: string;
}

const STEPS: Readonly<Record<string, readonly DisplayStep[]>> = {
  s: [
    { factor: 86_400, unit: 'd' },
    { factor: 3600, unit: 'h' },
    { factor: 60, unit: 'min' },
    { factor: 1, unit: 's' },
    { factor: 1e-3, unit: 'ms' },
  ],
  J: [
    { factor: 1e6, unit: 'MJ' },
    { factor: 1e3, unit: 'kJ' },
    { factor: 1, unit: 'J' },
    { factor: 1e-3, unit: 'mJ' },
  ],
  bit: [
    { factor: 1e12, unit: 'Tbit' },
    { factor: 1e9, unit: 'Gbit' },
    { factor: 1e6, unit: 'Mbit' },
    { factor: 1e3, unit: 'kbit' },
    { factor: 1, unit: 'bit' },
  ],
};

/** The unit in which an axis whose largest value has this size is displayed. */
export function displayStep(largest: number, unit: string): DisplayStep {
  const steps = STEPS[unit] ?? [{ factor: 1, unit }];
  // A multiple of the unit is used from three of it on, so that ticks such as 1, 2, 3 appear.
  return steps.find(({ factor }) => largest >= (factor > 1 ? 3 : 1) * factor) ?? steps[steps.length - 1];
}

/** Name of an axis with its unit in brackets. */
export function axisTitle(name: string, unit: string): string {
  return unit === '' ? name : `${name} [${unit}]`;
}
