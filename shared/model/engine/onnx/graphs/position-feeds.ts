import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { rotaryTables } from '#shared/model/engine/layout/rotary-tables.ts';
import { type GraphFeeds, ortTensor } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import { POSITION_INPUTS, TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { featureToken } from '#shared/model/engine/onnx/spec/token-axes.ts';

/** Added to a score to remove it: its exp is 0 in 32 bits, and its sum with a score does not overflow. */
const REMOVED = -1e9;

/** Inputs that depend on the sequences' lengths alone. */
export interface PositionFeeds {
  /** Inputs of attention and of the mean, for sequences of these lengths padded to `tokens`. */
  feeds(lengths: Int32Array, tokens: number): GraphFeeds;
  /** Position of each sequence's feature token in the sequence. */
  featurePositions(lengths: Int32Array): Int32Array;
}

export function positionFeeds({ layout, features }: Pick<EncoderSpec, 'layout' | 'features'>): PositionFeeds {
  const windows = distinct(layout.layers.map(({ window }) => window));
  const bases = distinct(layout.layers.map(({ rotaryBase }) => rotaryBase));
  const featurePositions = (lengths: Int32Array) =>
    lengths.map((length) => (featureToken(features) === 'first' ? 0 : length - 1));
  return {
    featurePositions,
    feeds(lengths, tokens) {
      const batch = lengths.length;
      const positions = featurePositions(lengths);
      const every = Int32Array.from({ length: tokens }, (_, position) => position);
      const padding = scoreMask(lengths, tokens);
      return new Map([
        [POSITION_INPUTS.paddingMask, ortTensor(padding, [batch, 1, 1, tokens])],
        [TENSOR_INPUTS.tokenWeights, ortTensor(meanWeights(lengths, tokens), [tokens, batch, 1])],
        ...causalMask(layout, tokens),
        ...windows.flatMap((window) => windowMasks(window, padding, tokens, every, positions)),
        ...bases.flatMap((base) => rotations(layout, base, every, positions)),
      ]);
    },
  };
}

function distinct(values: readonly (number | undefined)[]): readonly number[] {
  return [...new Set(values.flatMap((value) => value ?? []))];
}

/** [batch, tokens]: 0 for real tokens, {@link REMOVED} for padding. */
function scoreMask(lengths: Int32Array, tokens: number): Float32Array {
  const mask = new Float32Array(lengths.length * tokens);
  lengths.forEach((length, row) => {
    mask.fill(REMOVED, row * tokens + length, (row + 1) * tokens);
  });
  return mask;
}

function causalMask({ mask }: EncoderLayout, tokens: number): GraphFeeds {
  if (mask !== 'causal') return new Map();
  const removed = new Float32Array(tokens * tokens);
  for (let query = 0; query < tokens; query++) {
    removed.fill(REMOVED, query * tokens + query + 1, (query + 1) * tokens);
  }
  return new Map([[POSITION_INPUTS.causalMask, ortTensor(removed, [1, 1, tokens, tokens])]]);
}

/** Masks of padding and of tokens further than `window` from the query: every token's, and the features'. */
function windowMasks(
  window: number,
  padding: Float32Array,
  tokens: number,
  every: Int32Array,
  features: Int32Array,
): readonly (readonly [string, OrtTensor])[] {
  const batch = features.length;
  const maskOf = (queries: (sequence: number) => Int32Array, count: number) => {
    const mask = new Float32Array(batch * count * tokens);
    for (let sequence = 0; sequence < batch; sequence++) {
      queries(sequence).forEach((position, query) => {
        const start = (sequence * count + query) * tokens;
        for (let token = 0; token < tokens; token++) {
          const isNear = Math.abs(token - position) <= window;
          mask[start + token] = isNear ? padding[sequence * tokens + token] : REMOVED;
        }
      });
    }
    return ortTensor(mask, [batch, 1, count, tokens]);
  };
  return [
    [POSITION_INPUTS.windowMask(window, 'tokens'), maskOf(() => every, tokens)],
    [
      POSITION_INPUTS.windowMask(window, 1),
      maskOf((sequence) => features.subarray(sequence, sequence + 1), 1),
    ],
  ];
}

function rotations(
  { headWidth }: EncoderLayout,
  base: number,
  every: Int32Array,
  features: Int32Array,
): readonly (readonly [string, OrtTensor])[] {
  const all = rotaryTables(base, headWidth, every);
  const own = rotaryTables(base, headWidth, features);
  const shape = [1, 1, every.length, headWidth];
  const ownShape = [features.length, 1, 1, headWidth];
  return [
    [POSITION_INPUTS.cosines(base, 'tokens'), ortTensor(all.cosines, shape)],
    [POSITION_INPUTS.sines(base, 'tokens'), ortTensor(all.sines, shape)],
    [POSITION_INPUTS.cosines(base, 1), ortTensor(own.cosines, ownShape)],
    [POSITION_INPUTS.sines(base, 1), ortTensor(own.sines, ownShape)],
  ];
}

/** [tokens, batch]: 1 / length for real tokens, 0 for padding. */
function meanWeights(lengths: Int32Array, tokens: number): Float32Array {
  const batch = lengths.length;
  return Float32Array.from({ length: tokens * batch }, (_, index) => {
    const length = lengths[index % batch];
    return Math.floor(index / batch) < length ? 1 / length : 0;
  });
}
