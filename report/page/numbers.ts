import { fixed, intervalPlaces } from './decimals.ts';

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

/** Most digits of a value beside its interval. */
const INTERVAL_DIGITS = 3;

/** Smallest size that is written without an exponent. */
const SMALLEST_PLAIN = 1e-4;

/**
 * A value with its interval, such as "28.9 (2.4 to 55.4) s": equal decimals, up to the second significant
 * digit of the interval's width, and one unit. The value stands alone if the interval is no wider than its
 * last decimal.
 *
 * @param signed whether positive numbers have a sign, as differences do
 */
export function intervalText(
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  unit: string,
  signed = false,
): string {
  const numbers = [value, low, high];
  const largest = Math.max(...numbers.map(Math.abs));
  const sign = (number: number, text: string): string => (signed && number > 0 ? `+${text}` : text);
  const alone = (number: number): string => sign(number, quantityText(number, unit, INTERVAL_DIGITS));
  const isCompound = unit === 's' && largest >= LARGEST_SECONDS;
  if (isCompound || !numbers.every(Number.isFinite) || largest < SMALLEST_PLAIN) {
    const [shown, from, to] = numbers.map(alone);
    return from === shown && to === shown ? shown : `${shown} (${from} to ${to})`;
  }
  const step = displayStep(largest, unit);
  const places = intervalPlaces(value / step.factor, (high - low) / step.factor, INTERVAL_DIGITS);
  const [shown, from, to] = numbers.map((number) => {
    const text = fixed(number / step.factor, places);
    return sign(Number(text), withThousands(text));
  });
  if (from === shown && to === shown) return alone(value);
  const range = `${shown} (${from} to ${to})`;
  if (unit === 'USD') return range.replaceAll(/(?<![\d.,])\d/g, '$$$&');
  return step.unit === '' ? range : `${range} ${step.unit}`;
}

/** A number in decimal notation with commas between its thousands. */
function withThousands(text: string): string {
  return text.replace(/^-?\d+/, (whole) => whole.replaceAll(/\B(?=(\d{3})+$)/g, ','));
}

/** From here on, durations are in two units, such as "1 min 40 s" [s]. */
const LARGEST_SECONDS = 99.95;

/** A duration in the units that suit it, such as "830 ms", "4.2 s", "4 min 10 s" or "2 h 5 min". */
export function durationText(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '-' : '';
  if (size === 0) return '0 s';
  if (size < 0.9995) return `${sign}${shortNumber(size * 1000, 3)} ms`;
  if (size < LARGEST_SECONDS) return `${sign}${shortNumber(size, 3)} s`;
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
