/** The most decimal places that are printed. */
const MOST_PLACES = 12;

/** Decimal places that show so many significant digits of a value. */
export function placesFor(value: number, digits: number): number {
  const leading = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return Math.min(MOST_PLACES, Math.max(0, digits - 1 - leading));
}

/** A finite number with so many decimal places, in plain notation however large it is (`toFixed` is not, from 1e21). */
export function fixed(value: number, places: number): string {
  return Math.abs(value) < 1e21 || !Number.isFinite(value) ? value.toFixed(places) : BigInt(value).toString();
}

/** A number with so many significant digits or more, in plain notation. */
export function significant(value: number, digits: number): string {
  return value === 0 ? '0' : fixed(value, placesFor(value, digits));
}
