/** Encoded texts in one packed array: row i is tokens offsets[i] .. offsets[i + 1] - 1. */
export interface TokenExamples {
  readonly kind: 'tokens';
  /** Token ids of all rows, special tokens included, no padding. */
  readonly tokenIds: Int32Array;
  /**
   * Token types, one for each entry of `tokenIds`. In language tasks 1 for the tokens whose prediction counts
   * in the loss, else 0.
   */
  readonly tokenTypes: Int32Array;
  /** Row boundaries, rows + 1 values from 0 to the length of `tokenIds`. */
  readonly offsets: Int32Array;
  /** Class index of each row; 0 for rows with scores. */
  readonly labels: Int32Array;
  /** Standardised score of each row of a regression; absent for classes. */
  readonly scores?: Float32Array;
}

/** Images of the same size in one packed array. */
export interface ImageExamples {
  readonly kind: 'images';
  /** [images, channels, height, width] */
  readonly shape: readonly [number, number, number, number];
  /** Grey levels 0-255 in the order of `shape`. */
  readonly pixels: Uint8Array;
  /** Class index of each image; 0 for images with scores. */
  readonly labels: Int32Array;
  /** Standardised score of each image of a regression; absent for classes. */
  readonly scores?: Float32Array;
}

/** Examples in memory: partitioned, stored and read in mini-batches in this form. */
export type ExampleSet = TokenExamples | ImageExamples;

export function exampleCount(examples: ExampleSet): number {
  return examples.labels.length;
}

/** Row indices sorted by length, shortest first. Rows of equal length keep their order. */
export function rowsByLength(examples: ExampleSet): Int32Array {
  const rows = Int32Array.from({ length: exampleCount(examples) }, (_, row) => row);
  if (examples.kind === 'images') return rows;
  const lengthOf = (row: number) => examples.offsets[row + 1] - examples.offsets[row];
  return rows.sort((left, right) => lengthOf(left) - lengthOf(right) || left - right);
}

/** Copies the given rows, in the given order, into a new set. Indices are 0 .. example count - 1. */
export function selectExamples(examples: TokenExamples, indices: Int32Array): TokenExamples;
export function selectExamples(examples: ImageExamples, indices: Int32Array): ImageExamples;
export function selectExamples(examples: ExampleSet, indices: Int32Array): ExampleSet;
export function selectExamples(examples: ExampleSet, indices: Int32Array): ExampleSet {
  switch (examples.kind) {
    case 'tokens':
      return selectTokens(examples, indices);
    case 'images':
      return selectImages(examples, indices);
  }
}

function selectTokens(examples: TokenExamples, indices: Int32Array): TokenExamples {
  const offsets = new Int32Array(indices.length + 1);
  indices.forEach((row, position) => {
    offsets[position + 1] = offsets[position] + examples.offsets[row + 1] - examples.offsets[row];
  });
  const tokenIds = new Int32Array(offsets[indices.length]);
  const tokenTypes = new Int32Array(offsets[indices.length]);
  indices.forEach((row, position) => {
    const begin = examples.offsets[row];
    const end = examples.offsets[row + 1];
    tokenIds.set(examples.tokenIds.subarray(begin, end), offsets[position]);
    tokenTypes.set(examples.tokenTypes.subarray(begin, end), offsets[position]);
  });
  return { kind: 'tokens', tokenIds, tokenTypes, offsets, ...selectTargets(examples, indices) };
}

function selectImages(examples: ImageExamples, indices: Int32Array): ImageExamples {
  const [, channels, height, width] = examples.shape;
  const size = channels * height * width;
  const pixels = new Uint8Array(indices.length * size);
  indices.forEach((row, position) => {
    pixels.set(examples.pixels.subarray(row * size, (row + 1) * size), position * size);
  });
  const shape = [indices.length, channels, height, width] as const;
  return { kind: 'images', shape, pixels, ...selectTargets(examples, indices) };
}

function selectTargets(
  { labels, scores }: ExampleSet,
  rows: Int32Array,
): Pick<ExampleSet, 'labels' | 'scores'> {
  const chosen = rows.map((row) => labels[row]);
  return scores === undefined ? { labels: chosen } : { labels: chosen, scores: selectScores(scores, rows) };
}

function selectScores(scores: Float32Array, rows: Int32Array): Float32Array {
  const chosen = new Float32Array(rows.length);
  rows.forEach((row, position) => {
    chosen[position] = scores[row];
  });
  return chosen;
}

/** The targets of rows: their class indices, or their standardised scores. */
export function targetsOf({ labels, scores }: ExampleSet, rows: Int32Array): Int32Array | Float32Array {
  return scores === undefined ? rows.map((row) => labels[row]) : selectScores(scores, rows);
}
