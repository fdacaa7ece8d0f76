import { fixed, intervalPlaces, placesFor } from '#report/page/decimals.ts';
import type { Estimate } from '#shared/protocol/experiment-result.ts';

/**
 * A mean and its interval as `81.2 (80.4 to 82.0)`, with decimals up to the second significant digit of the
 * interval's width. Without an interval, the mean alone.
 *
 * @param scale factor of the printed unit, such as 100 for per cent
 */
export function estimateText({ mean, low, high }: Estimate, scale = 1, signed = false): string {
  const show = (value: number, places: number): string => {
    const text = fixed(value * scale, places);
    return signed && Number(text) > 0 ? `+${text}` : text;
  };
  if (low === null || high === null) return show(mean, placesFor(mean * scale, 4));
  const places = intervalPlaces(mean * scale, (high - low) * scale, 4);
  return `${show(mean, places)} (${show(low, places)} to ${show(high, places)})`;
}
