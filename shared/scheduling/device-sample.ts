/** Sets of fewer devices are not sampled. */
export const SAMPLED_FROM = 8192;

/** A sample has every 64th device, and 1/64 of the band where it shares one. */
export const SAMPLE_STEP = 64;

/** The values of the sampled devices. */
export function sampleOf(column: Float64Array): Float64Array {
  const size = Math.ceil(column.length / SAMPLE_STEP);
  return Float64Array.from({ length: size }, (_, index) => column[index * SAMPLE_STEP]);
}
