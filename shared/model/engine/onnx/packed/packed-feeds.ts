import { Tensor as OrtTensor } from 'onnxruntime-node';
import type { PositionFeeds } from '#shared/model/engine/onnx/graphs/position-feeds.ts';
import type { BufferPool } from '#shared/model/engine/onnx/memory/buffer-pool.ts';
import { withBufferTensors } from '#shared/model/engine/onnx/memory/buffer-tensors.ts';
import {
  type GraphFeeds,
  ortTensor,
  rowIndices,
  tensorFeeds,
} from '#shared/model/engine/onnx/session/graph-feeds.ts';
import { PACKED_INPUTS, TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { roundUpToRegisters } from '#shared/model/engine/onnx/spec/vector-registers.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { type PackedPart, rowsOf } from './packed-parts.ts';

/**
 * Runs a task with all inputs of the graphs for parts; the embeddings are in a buffer that is released
 * afterwards.
 */
export function withPartFeeds(
  pool: BufferPool,
  parts: readonly PackedPart[],
  positions: PositionFeeds,
  hidden: number,
  task: (feeds: GraphFeeds) => Promise<void>,
): Promise<void> {
  const { embeddings } = TENSOR_INPUTS;
  return withBufferTensors(pool, new Map([[embeddings, [rowsOf(parts), hidden]]]), async (tensors) => {
    packEmbeddings(parts, hidden, requireTensor(tensors, embeddings).data);
    await task(new Map([...packedFeeds(parts, positions), ...tensorFeeds(tensors)]));
  });
}

/** Inputs of the graphs for consecutive parts, except their embeddings. */
export function packedFeeds(parts: readonly PackedPart[], positions: PositionFeeds): GraphFeeds {
  const [{ tokens }] = parts;
  const lengths = Int32Array.from(parts.flatMap((part) => [...part.lengths]));
  const firstRows = Int32Array.from(startsOf([...lengths]));
  const featurePositions = positions.featurePositions(lengths);
  const batch = lengths.length;
  const rowOfToken = new Int32Array(tokens * batch);
  const tokenOfRow = new Int32Array(rowsOf(parts));
  const realQueries = new Float32Array(batch * tokens);
  firstRows.forEach((start, sequence) => {
    const length = lengths[sequence];
    for (let token = 0; token < tokens; token++) {
      const index = token * batch + sequence;
      // Padding reads the sequence's own first token: a finite value, which the mask removes.
      rowOfToken[index] = token < length ? start + token : start;
      if (token < length) tokenOfRow[start + token] = index;
    }
    realQueries.fill(1, sequence * tokens, sequence * tokens + length);
  });
  const { rowOfPart, realRows, sequenceOfPart, realSequences } = PACKED_INPUTS;
  const rowCounts = parts.map(({ rows }) => rows);
  const sequenceCounts = parts.map(({ members }) => members.length);
  return new Map([
    ...positions.feeds(lengths, tokens),
    [PACKED_INPUTS.rowOfToken, new OrtTensor('int32', rowOfToken, [tokens, batch])],
    [PACKED_INPUTS.tokenOfRow, new OrtTensor('int32', tokenOfRow, [tokenOfRow.length])],
    [TENSOR_INPUTS.featureRows, rowIndices(firstRows.map((row, index) => row + featurePositions[index]))],
    [PACKED_INPUTS.realQueries, ortTensor(realQueries, [batch, 1, tokens, 1])],
    ...partFeeds(rowCounts, { indices: rowOfPart, real: realRows }),
    ...partFeeds(sequenceCounts, { indices: sequenceOfPart, real: realSequences }),
  ]);
}

/** Start of each of several consecutive extents. */
function startsOf(lengths: readonly number[]): readonly number[] {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return end - length;
  });
}

/**
 * Indices of each part's rows (or sequences), padded to the longest part, and a mask of the real ones.
 *
 * @param lengths Number of rows of each part; the parts are consecutive.
 */
function partFeeds(
  lengths: readonly number[],
  names: { readonly indices: string; readonly real: string },
): GraphFeeds {
  const longest = roundUpToRegisters(Math.max(...lengths));
  const indices = new Int32Array(lengths.length * longest);
  const real = new Float32Array(lengths.length * longest);
  startsOf(lengths).forEach((start, part) => {
    for (let row = 0; row < longest; row++) {
      const isOwn = row < lengths[part];
      indices[part * longest + row] = isOwn ? start + row : start;
      real[part * longest + row] = isOwn ? 1 : 0;
    }
  });
  return new Map([
    [names.indices, new OrtTensor('int32', indices, [lengths.length, 1, longest])],
    [names.real, ortTensor(real, [lengths.length, 1, longest, 1])],
  ]);
}

/** Copies the real tokens of all sequences, one sequence after the other. */
function packEmbeddings(parts: readonly PackedPart[], hidden: number, target: Float32Array): void {
  let end = 0;
  for (const { batch, members, lengths } of parts) {
    const { data, shape } = batch.embeddings;
    const stride = shape[1] * hidden;
    members.forEach((sequence, index) => {
      const start = sequence * stride;
      target.set(data.subarray(start, start + lengths[index] * hidden), end);
      end += lengths[index] * hidden;
    });
  }
}
