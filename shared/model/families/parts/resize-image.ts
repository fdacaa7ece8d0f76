/** Fractional bits of the fixed-point weights, as in PIL for 8-bit images. */
const WEIGHT_BITS = 22;
const HALF = 2 ** (WEIGHT_BITS - 1);

/** For each output position, its first input position and the fixed-point weights of the inputs. */
interface Taps {
  readonly starts: Int32Array;
  readonly weights: readonly Int32Array[];
}

/**
 * Radius of a filter, and its weight at a distance from the centre. Both count input pixels when the image is
 * enlarged; when it is reduced, they are multiplied by input size / output size.
 */
interface Filter {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

/** Parameter of the cubic filter, as in PIL. */
const CUBIC = -0.5;

const FILTERS = {
  bilinear: { radius: 1, weight: (distance) => Math.max(0, 1 - distance) },
  bicubic: {
    radius: 2,
    weight: (distance) => {
      if (distance < 1) return ((CUBIC + 2) * distance - (CUBIC + 3)) * distance * distance + 1;
      return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * CUBIC : 0;
    },
  },
} as const satisfies Readonly<Record<string, Filter>>;

export type Resample = keyof typeof FILTERS;

/**
 * Resizes 8-bit channels. Every grey level of the result equals that of PIL's `Image.resize`. The filter is
 * widened when the image gets smaller. Rows are resized first and rounded to 8 bits, then columns, in fixed
 * point.
 *
 * @param pixels Grey levels, [channels, height, width].
 * @returns [channels, size, size].
 */
export function resizeImage(
  pixels: Uint8Array,
  { channels, height, width }: { readonly channels: number; readonly height: number; readonly width: number },
  size: number,
  resample: Resample,
): Uint8Array {
  const across = filterTaps(width, size, FILTERS[resample]);
  const down = filterTaps(height, size, FILTERS[resample]);
  const resized = new Uint8Array(channels * size * size);
  const rows = new Uint8Array(height * size);
  for (let channel = 0; channel < channels; channel++) {
    const plane = pixels.subarray(channel * height * width, (channel + 1) * height * width);
    const target = resized.subarray(channel * size * size, (channel + 1) * size * size);
    for (let y = 0; y < height; y++) blend(plane, y * width, 1, across, rows, y * size, 1);
    for (let x = 0; x < size; x++) blend(rows, x, size, down, target, x, size);
  }
  return resized;
}

/** Weights of a filter, normalised and then rounded to fixed point. */
function filterTaps(inputs: number, outputs: number, filter: Filter): Taps {
  const scale = inputs / outputs;
  const widening = Math.max(scale, 1);
  const radius = filter.radius * widening;
  const starts = new Int32Array(outputs);
  const weights = Array.from({ length: outputs }, (_, output) => {
    const center = (output + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - radius + 0.5));
    const end = Math.min(inputs, Math.trunc(center + radius + 0.5));
    starts[output] = start;
    const taps = Float64Array.from({ length: end - start }, (_unused, tap) =>
      filter.weight(Math.abs((start + tap - center + 0.5) / widening)),
    );
    const sum = taps.reduce((total, weight) => total + weight, 0);
    return Int32Array.from(taps, (weight) => {
      const fixed = (weight / sum) * 2 ** WEIGHT_BITS;
      return Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    });
  });
  return { starts, weights };
}

/**
 * Resizes one line of pixels to another one. The steps are the distances between neighbouring pixels of a
 * line.
 */
function blend(
  source: Uint8Array,
  sourceStart: number,
  sourceStep: number,
  { starts, weights }: Taps,
  target: Uint8Array,
  targetStart: number,
  targetStep: number,
): void {
  for (const [output, taps] of weights.entries()) {
    // The sum of 8-bit levels times weights stays below 2^31: the weights sum to about 2^22.
    let sum = HALF;
    let position = sourceStart + starts[output] * sourceStep;
    for (const weight of taps) {
      sum += source[position] * weight;
      position += sourceStep;
    }
    target[targetStart + output * targetStep] = Math.min(255, Math.max(0, sum >> WEIGHT_BITS));
  }
}
