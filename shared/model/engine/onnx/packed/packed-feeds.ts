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
import { packedGroup } from '#shared/model/engine/onnx/spec/attention-group.ts';
import { PACKED_INPUTS, TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { roundUpToRegisters } from '#shared/model/engine/onnx/spec/vector-registers.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { type PackedPart, rowsOf } from './packed-parts.ts';
import { type RunGroup, sequencesOfGroups } from './run-groups.ts';

/**
 * Runs a task with all inputs of the graphs for parts; the embeddings are in a buffer that is released
 * afterwards.
 *
 * @param groups The groups of the parts' run.
 */
export function withPartFeeds(
  pool: BufferPool,
  parts: readonly PackedPart[],
  groups: readonly RunGroup[],
  positions: PositionFeeds,
  hidden: number,
  task: (feeds: GraphFeeds) => Promise<void>,
): Promise<void> {
  const { embeddings } = TENSOR_INPUTS;
  return withBufferTensors(pool, new Map([[embeddings, [rowsOf(parts), hidden]]]), async (tensors) => {
    packEmbeddings(parts, hidden, requireTensor(tensors, embeddings).data);
    await task(new Map([...packedFeeds(parts, groups, positions), ...tensorFeeds(tensors)]));
  });
}

/** Inputs of the graphs for consecutive parts of a run with these groups, except their embeddings. */
export function packedFeeds(
  parts: readonly PackedPart[],
  groups: readonly RunGroup[],
  positions: PositionFeeds,
): GraphFeeds {
  const lengths = Int32Array.from(parts.flatMap((part) => [...part.lengths]));
  const firstRows = Int32Array.from(startsOf([...lengths]));
  const featurePositions = positions.featurePositions(lengths);
  const tokenOfRow = new Int32Array(rowsOf(parts));
  const placeOfSequence = new Int32Array(lengths.length);
  let [tokensBefore, sequencesBefore] = [0, 0];
  const feeds = new Map<string, OrtTensor>();
  sequencesOfGroups(parts, groups).forEach(({ sequences, isRead }, index) => {
    const { tokens } = groups[index];
    const { suffix } = packedGroup(index);
    // Sequences that are not read may be longer than the group's padded length.
    const own = Int32Array.from(sequences, (sequence) => Math.min(lengths[sequence], tokens));
    const batch = sequences.length;
    const rowOfToken = new Int32Array(tokens * batch);
    const realQueries = new Float32Array(batch * tokens);
    sequences.forEach((sequence, place) => {
      const start = firstRows[sequence];
      for (let token = 0; token < tokens; token++) {
        const isReal = token < own[place];
        // Padding reads the sequence's own first token: a finite value, which the mask removes.
        rowOfToken[token * batch + place] = isReal ? start + token : start;
        if (isReal && isRead) tokenOfRow[start + token] = tokensBefore + token * batch + place;
      }
      realQueries.fill(1, place * tokens, place * tokens + own[place]);
      if (isRead) placeOfSequence[sequence] = sequencesBefore + place;
    });
    tokensBefore += tokens * batch;
    sequencesBefore += batch;
    const ofGroup = new Map([
      ...positions.feeds(own, tokens),
      [PACKED_INPUTS.rowOfToken, new OrtTensor('int32', rowOfToken, [tokens, batch])],
      [PACKED_INPUTS.sequenceOfGroup, new OrtTensor('int32', Int32Array.from(sequences), [batch])],
      [PACKED_INPUTS.realQueries, ortTensor(realQueries, [batch, 1, tokens, 1])],
    ]);
    for (const [name, value] of ofGroup) feeds.set(`${name}${suffix}`, value);
  });
  const { rowOfPart, realRows, sequenceOfPart, realSequences } = PACKED_INPUTS;
  const rowCounts = parts.map(({ rows }) => rows);
  const sequenceCounts = parts.map(({ members }) => members.length);
  return new Map([
    ...feeds,
    [PACKED_INPUTS.tokenOfRow, new OrtTensor('int32', tokenOfRow, [tokenOfRow.length])],
    [PACKED_INPUTS.placeOfSequence, new OrtTensor('int32', placeOfSequence, [placeOfSequence.length])],
    [TENSOR_INPUTS.featureRows, rowIndices(firstRows.map((row, index) => row + featurePositions[index]))],
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
