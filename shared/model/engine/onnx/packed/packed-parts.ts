import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { VECTOR_VALUES } from '#shared/model/engine/onnx/spec/vector-registers.ts';

/** Sequences of one device's batch with the same padded length in attention. */
export interface PackedPart {
  readonly batch: EmbeddedBatch;
  /** Indices of the sequences in the batch. */
  readonly members: readonly number[];
  /** Number of real tokens of each sequence, [members]. */
  readonly lengths: Int32Array;
  /** Sum of the lengths. */
  readonly rows: number;
  /** Padded length in attention. */
  readonly tokens: number;
}

/**
 * Cuts a batch into parts, those with shorter sequences first. The parts depend only on the lengths.
 *
 * @param variableLength Whether the model masks padding. If not, a sequence's padded length is its own
 *   length.
 */
export function packedParts(batch: EmbeddedBatch, variableLength: boolean): readonly PackedPart[] {
  const members = new Map<number, number[]>();
  batch.lengths.forEach((length, sequence) => {
    const tokens = variableLength ? attentionTokens(length) : length;
    const others = members.get(tokens);
    if (others === undefined) members.set(tokens, [sequence]);
    else others.push(sequence);
  });
  return [...members]
    .sort(([one], [other]) => one - other)
    .map(([tokens, sequences]) => partOf(batch, sequences, tokens));
}

/** A part with one sequence of a single zero token, added to runs that would have only one sequence. */
export function fillerPart(tokens: number, hidden: number): PackedPart {
  const embeddings = { shape: [1, 1, hidden], data: new Float32Array(hidden) };
  return partOf({ embeddings, lengths: Int32Array.of(1) }, [0], tokens);
}

/** Number of sequences of several parts. */
export function sequencesOf(parts: readonly PackedPart[]): number {
  return parts.reduce((sum, { members }) => sum + members.length, 0);
}

/** Number of rows of several parts. */
export function rowsOf(parts: readonly PackedPart[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

function partOf(batch: EmbeddedBatch, members: readonly number[], tokens: number): PackedPart {
  const lengths = Int32Array.from(members, (member) => batch.lengths[member]);
  return { batch, members, lengths, rows: lengths.reduce((sum, length) => sum + length, 0), tokens };
}

/**
 * Lengths up to this one are padded to powers of two, longer ones to multiples of it: few different lengths
 * occur.
 */
const LARGEST_POWER = 64;

/** The length that attention pads a sequence to: whole vector registers. */
export function attentionTokens(length: number): number {
  if (length > LARGEST_POWER) return Math.ceil(length / LARGEST_POWER) * LARGEST_POWER;
  return Math.max(VECTOR_VALUES, 2 ** Math.ceil(Math.log2(length)));
}
