/** Fractional bits of the fixed-point weights, as in PIL for 8-bit images. */
const WEIGHT_BITS = 22;
const HALF = 2 ** (WEIGHT_BITS - 1);

/** For each output position, its first input position and the fixed-point weights of the inputs. */
interface Taps {
  readonly starts: Int32Array;
  /** Number of inputs of each output. */
  readonly counts: Int32Array;
  /** [outputs, most], with the weights of each output first in its row. */
  readonly weights: Int32Array;
  /** Most inputs of an output. */
  readonly most: number;
}

/** Size of images: channels of rows of grey levels. */
interface Extents {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
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
  extents: Extents,
  size: number,
  resample: Resample,
): Uint8Array {
  return imageResizer(extents, size, resample)(pixels);
}

/** A function that resizes images of these extents as {@link resizeImage} does. */
export function imageResizer(
  { channels, height, width }: Extents,
  size: number,
  resample: Resample,
): (pixels: Uint8Array) => Uint8Array {
  const across = filterTaps(width, size, FILTERS[resample]);
  const down = filterTaps(height, size, FILTERS[resample]);
  const rows = new Uint8Array(height * size);
  const sums = new Int32Array(size);
  return (pixels) => {
    const resized = new Uint8Array(channels * size * size);
    for (let channel = 0; channel < channels; channel++) {
      resizeRows(
        pixels.subarray(channel * height * width, (channel + 1) * height * width),
        width,
        across,
        rows,
      );
      resizeColumns(rows, down, sums, resized.subarray(channel * size * size, (channel + 1) * size * size));
    }
    return resized;
  };
}

/** Weights of a filter, normalised and then rounded to fixed point. */
function filterTaps(inputs: number, outputs: number, filter: Filter): Taps {
  const scale = inputs / outputs;
  const widening = Math.max(scale, 1);
  const radius = filter.radius * widening;
  const starts = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  const most = Math.ceil(2 * radius) + 1;
  const weights = new Int32Array(outputs * most);
  for (let output = 0; output < outputs; output++) {
    const center = (output + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - radius + 0.5));
    const end = Math.min(inputs, Math.trunc(center + radius + 0.5));
    starts[output] = start;
    counts[output] = end - start;
    const taps = Float64Array.from({ length: end - start }, (_, tap) =>
      filter.weight(Math.abs((start + tap - center + 0.5) / widening)),
    );
    const sum = taps.reduce((total, weight) => total + weight, 0);
    for (const [tap, weight] of taps.entries()) {
      const fixed = (weight / sum) * 2 ** WEIGHT_BITS;
      weights[output * most + tap] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    }
  }
  return { starts, counts, weights, most };
}

/**
 * Resizes each row of a plane.
 *
 * @param plane [height, width]
 * @param out [height, outputs], overwritten
 */
function resizeRows(plane: Uint8Array, width: number, taps: Taps, out: Uint8Array): void {
  const { starts, counts, weights, most } = taps;
  const outputs = starts.length;
  for (let row = 0, at = 0; row < plane.length; row += width) {
    for (let output = 0; output < outputs; output++, at++) {
      const from = row + starts[output];
      const weightsAt = output * most;
      let sum = HALF;
      for (let tap = 0; tap < counts[output]; tap++) sum += plane[from + tap] * weights[weightsAt + tap];
      out[at] = levelOf(sum);
    }
  }
}

/**
 * Resizes the columns of a plane, all at once: each output row is a weighted sum of input rows.
 *
 * @param rows [height, size]
 * @param sums [size], overwritten
 * @param out [outputs, size], overwritten
 */
function resizeColumns(rows: Uint8Array, taps: Taps, sums: Int32Array, out: Uint8Array): void {
  const { starts, counts, weights, most } = taps;
  const size = sums.length;
  for (let output = 0; output < starts.length; output++) {
    sums.fill(HALF);
    for (let tap = 0; tap < counts[output]; tap++) {
      const weight = weights[output * most + tap];
      const row = (starts[output] + tap) * size;
      for (let x = 0; x < size; x++) sums[x] += rows[row + x] * weight;
    }
    for (let x = 0; x < size; x++) out[output * size + x] = levelOf(sums[x]);
  }
}

/**
 * The grey level of a fixed-point sum. Sums of 8-bit levels times weights stay below 2^31: the weights sum to
 * about 2^22.
 */
function levelOf(sum: number): number {
  return Math.min(255, Math.max(0, sum >> WEIGHT_BITS));
}
