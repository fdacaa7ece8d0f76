import type { FeatureKind } from '#shared/model/features.ts';
import { gatherRows, scatterRows } from './batch-rows.ts';

/** Number of rows of the features of sequences of these lengths: one a sequence, or one a token. */
export function featureCount(kind: FeatureKind, lengths: Int32Array): number {
  return kind === 'tokens' ? lengths.reduce((sum, length) => sum + length, 0) : lengths.length;
}

/**
 * Rows of some sequences in the features of their batch, in which the sequences follow each other.
 *
 * @param lengths Number of real tokens of every sequence of the batch.
 */
export function featureRows(
  kind: FeatureKind,
  lengths: Int32Array,
  members: readonly number[],
): readonly number[] {
  if (kind !== 'tokens') return members;
  const starts = new Int32Array(lengths.length);
  for (let sequence = 1; sequence < lengths.length; sequence++) {
    starts[sequence] = starts[sequence - 1] + lengths[sequence - 1];
  }
  return members.flatMap((member) =>
    Array.from({ length: lengths[member] }, (_, token) => starts[member] + token),
  );
}

/**
 * The rows of real tokens, one sequence after the other, of features in the padded form [tokens, batch,
 * width]. Features of other kinds have no padding.
 */
export function withoutPadding(
  kind: FeatureKind,
  features: Float32Array,
  width: number,
  lengths: Int32Array,
): Float32Array {
  return kind === 'tokens' ? gatherRows(features, width, paddedRows(lengths)) : features;
}

/** Inverse of {@link withoutPadding}; 0 at padding. */
export function withPadding(
  kind: FeatureKind,
  rows: Float32Array,
  width: number,
  lengths: Int32Array,
  tokens: number,
): Float32Array {
  if (kind !== 'tokens') return rows;
  const padded = new Float32Array(tokens * lengths.length * width);
  scatterRows(rows, width, paddedRows(lengths), padded);
  return padded;
}

/** Row of each real token in [tokens, batch, width]. */
function paddedRows(lengths: Int32Array): readonly number[] {
  const batch = lengths.length;
  return Array.from(lengths).flatMap((length, sequence) =>
    Array.from({ length }, (_, token) => token * batch + sequence),
  );
}
