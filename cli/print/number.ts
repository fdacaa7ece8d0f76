/** Most decimal places that are printed. */
const MOST_PLACES = 12;

/** Number of decimal places that shows `digits` significant digits of a value. */
export function placesFor(value: number, digits: number): number {
  const leading = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return Math.min(MOST_PLACES, Math.max(0, digits - 1 - leading));
}

/**
 * A finite number with `places` decimal places, never in exponent notation (which `toFixed` uses from 1e21).
 */
export function fixed(value: number, places: number): string {
  return Math.abs(value) < 1e21 || !Number.isFinite(value) ? value.toFixed(places) : BigInt(value).toString();
}

/** A number with at least `digits` significant digits, never in exponent notation. */
export function significant(value: number, digits: number): string {
  return value === 0 ? '0' : fixed(value, placesFor(value, digits));
}
