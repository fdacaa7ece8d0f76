import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { type Tensor, zeros } from '#shared/model/tensor.ts';

/** How the features of a batch lie in the last stage's output. */
export interface OutputRows {
  /** The features in an output. */
  features(output: Tensor): Tensor;
  /** The gradient at the output from that at the features; 0 at padding. */
  output(gradient: Tensor): Tensor;
}

/** Features of every token are the output's rows without padding; others are the output. */
export function outputRows(kind: FeatureKind, { embeddings, lengths }: EmbeddedBatch): OutputRows {
  if (kind !== 'tokens') return { features: (output) => output, output: (gradient) => gradient };
  const [batch, tokens, hidden] = embeddings.shape;
  const count = lengths.reduce((sum, length) => sum + length, 0);
  /** Copies each sequence's values from where it begins in one array to where it does in the other. */
  const copy = (from: Tensor, to: Tensor, isFromPadded: boolean): Tensor => {
    let row = 0;
    lengths.forEach((length, sequence) => {
      const padded = sequence * tokens * hidden;
      const packed = row * hidden;
      const [start, target] = isFromPadded ? [padded, packed] : [packed, padded];
      to.data.set(from.data.subarray(start, start + length * hidden), target);
      row += length;
    });
    return to;
  };
  return {
    features: (output) => copy(output, zeros([count, hidden]), true),
    output: (gradient) => copy(gradient, zeros([batch * tokens, hidden]), false),
  };
}
