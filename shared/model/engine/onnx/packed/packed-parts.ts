import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';

/** Sequences of one device's batch whose attention has the same padded length. */
export interface PackedPart {
  readonly batch: EmbeddedBatch;
  /** Which sequences of the batch these are. */
  readonly members: readonly number[];
  /** Number of real tokens of each, [members]. */
  readonly lengths: Int32Array;
  /** Their sum. */
  readonly rows: number;
  /** Length that attention pads each to. */
  readonly tokens: number;
}

/**
 * Cuts a batch into parts, those of shorter sequences first. Depends on the lengths alone: the same batch gives the same
 * parts.
 *
 * @param variableLength Whether the model masks padding; without that a sequence's length is its own.
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

/** A part of a single token, to keep a sequence company. */
export function fillerPart(tokens: number, hidden: number): PackedPart {
  const embeddings = { shape: [1, 1, hidden], data: new Float32Array(hidden) };
  return partOf({ embeddings, lengths: Int32Array.of(1) }, [0], tokens);
}

function partOf(batch: EmbeddedBatch, members: readonly number[], tokens: number): PackedPart {
  const lengths = Int32Array.from(members, (member) => batch.lengths[member]);
  return { batch, members, lengths, rows: lengths.reduce((sum, length) => sum + length, 0), tokens };
}

/** Values of the widest vector register: a length of whole registers leaves no last, differently rounded part. */
const VECTOR_VALUES = 16;

export function wholeRegisters(length: number): number {
  return Math.ceil(length / VECTOR_VALUES) * VECTOR_VALUES;
}

/** Lengths up to this one have powers of two above them, so that few different lengths run; longer ones multiples of it. */
const LARGEST_POWER = 64;

/** The length that attention pads a sequence to. */
export function attentionTokens(length: number): number {
  if (length > LARGEST_POWER) return Math.ceil(length / LARGEST_POWER) * LARGEST_POWER;
  return Math.max(VECTOR_VALUES, 2 ** Math.ceil(Math.log2(length)));
}
