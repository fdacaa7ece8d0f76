import { PACKED_GROUPS } from '#shared/model/engine/onnx/spec/attention-group.ts';
import { VECTOR_VALUES } from '#shared/model/engine/onnx/spec/vector-registers.ts';
import type { PackedPart } from './packed-parts.ts';

/** A group of a run: the sequences that attention pads to the same length. */
export interface RunGroup {
  /** Padded length. */
  readonly tokens: number;
  /** Whether sequences of the run belong to the group. */
  readonly isUsed: boolean;
}

/** Sequences of a group among those of consecutive parts. */
export interface GroupSequences {
  /** Indices of the sequences, ascending; at least one. */
  readonly sequences: readonly number[];
  /**
   * Whether the group's results are read. A graph always computes all of its groups, and operators do not
   * take empty ones, so a group without sequences computes one whose results nothing reads.
   */
  readonly isRead: boolean;
}

/**
 * The groups of a run, one for each padded length of its parts, shortest first; unused ones after them.
 *
 * @param parts Of at most {@link PACKED_GROUPS} padded lengths.
 */
export function groupsOf(parts: readonly PackedPart[]): readonly RunGroup[] {
  const lengths = [...new Set(parts.map(({ tokens }) => tokens))].sort((one, other) => one - other);
  return Array.from({ length: PACKED_GROUPS }, (_, index) =>
    index < lengths.length
      ? { tokens: lengths[index], isUsed: true }
      : { tokens: VECTOR_VALUES, isUsed: false },
  );
}

/** The sequences of each group among those of consecutive parts of the run. */
export function sequencesOfGroups(
  parts: readonly PackedPart[],
  groups: readonly RunGroup[],
): readonly GroupSequences[] {
  const tokensOfSequence = parts.flatMap(({ members, tokens }) => members.map(() => tokens));
  return groups.map(({ tokens, isUsed }) => {
    const sequences = isUsed
      ? tokensOfSequence.flatMap((own, sequence) => (own === tokens ? [sequence] : []))
      : [];
    return sequences.length === 0 ? { sequences: [0], isRead: false } : { sequences, isRead: true };
  });
}
