import type { TokenAxis } from './token-axes.ts';

/** Number of padded lengths that a packed run can hold. Mini-batches of short texts have three or fewer. */
export const PACKED_GROUPS = 3;

/** Names of a group of sequences that attention pads to the same length. */
export interface GroupNames {
  /** Appended to names of the group's inputs and activations. */
  readonly suffix: string;
  /** Axis of the group's sequences. */
  readonly batch: string;
  /** Axis of the group's padded length. */
  readonly tokens: string;
}

/** The only group of a padded batch. */
export const WHOLE_BATCH: GroupNames = { suffix: '', batch: 'batch', tokens: 'tokens' };

/** A group of a packed run, by its index below {@link PACKED_GROUPS}. */
export function packedGroup(index: number): GroupNames {
  const suffix = `.${index}`;
  return { suffix, batch: `batch${suffix}`, tokens: `tokens${suffix}` };
}

/** The axis of a group's tokens: all of each sequence, or only the feature token. */
export function groupAxis({ tokens }: GroupNames, axis: TokenAxis): string | 1 {
  return axis === 1 ? 1 : tokens;
}
