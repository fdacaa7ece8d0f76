import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { TENSOR_INPUTS } from './graph/names.ts';
import { ortTensor } from './graph-runner.ts';

/** Values for a graph's inputs, by name. */
export type GraphFeeds = ReadonlyMap<string, OrtTensor>;

/** Added to a score to remove it: exp of it is 0 in 32 bits, and no sum with a score overflows. */
const REMOVED = -1e9;

/** What attention and the mean read of sequences padded to a number of tokens. */
export function paddingFeeds(lengths: Int32Array, tokens: number): GraphFeeds {
  const batch = lengths.length;
  return new Map([
    [TENSOR_INPUTS.mask, ortTensor(scoreMask(lengths, tokens), [batch, 1, 1, tokens])],
    [TENSOR_INPUTS.tokenWeights, ortTensor(meanWeights(lengths, tokens), [tokens, batch, 1])],
  ]);
}

export function tensorFeeds(tensors: NamedTensors): GraphFeeds {
  return new Map([...tensors].map(([name, { data, shape }]) => [name, ortTensor(data, shape)]));
}

function scoreMask(lengths: Int32Array, tokens: number): Float32Array {
  const mask = new Float32Array(lengths.length * tokens);
  lengths.forEach((length, row) => {
    mask.fill(REMOVED, row * tokens + length, (row + 1) * tokens);
  });
  return mask;
}

function meanWeights(lengths: Int32Array, tokens: number): Float32Array {
  const batch = lengths.length;
  return Float32Array.from({ length: tokens * batch }, (_, index) => {
    const length = lengths[index % batch];
    return Math.floor(index / batch) < length ? 1 / length : 0;
  });
}
