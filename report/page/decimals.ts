/** Most decimal places that are printed. */
const MOST_PLACES = 12;

/** Number of decimal places that shows `digits` significant digits of a value. */
export function placesFor(value: number, digits: number): number {
  const leading = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return Math.min(MOST_PLACES, Math.max(0, digits - 1 - leading));
}

/**
 * Number of decimal places of a mean and of the ends of its interval: up to the second significant digit of
 * the interval's width, since more is not known, and no more than `digits` significant digits of the mean.
 *
 * @param width high less low, in the printed unit
 */
export function intervalPlaces(mean: number, width: number, digits: number): number {
  const places = placesFor(mean, digits);
  return width > 0 ? Math.min(places, placesFor(width, 2)) : places;
}

/**
 * A finite number with `places` decimal places, never in exponent notation (which `toFixed` uses from 1e21)
 * and without a sign before a zero.
 */
export function fixed(value: number, places: number): string {
  if (Math.abs(value) >= 1e21 && Number.isFinite(value)) return BigInt(value).toString();
  const text = value.toFixed(places);
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}

/** A number with at least `digits` significant digits, never in exponent notation. */
export function significant(value: number, digits: number): string {
  return value === 0 ? '0' : fixed(value, placesFor(value, digits));
}
