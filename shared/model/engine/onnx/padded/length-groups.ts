/** What running sequences together costs, in tokens. */
export interface GroupCost {
  /** Tokens of a group at most, padding included; a longer sequence is a group of its own. */
  readonly maximumTokens: number;
  /** Tokens that take as long as a group costs beyond its own: starting its operators, reading all weights once more. */
  readonly groupTokens: number;
}

/** So little that it only decides between ways that cost the same: for groups of equal size. */
const UNEVENNESS = 1e-7;

/**
 * Cuts sequences, longest first, into groups that follow each other, each padded to its longest, at the least cost: the
 * sum of all padded tokens, and `groupTokens` for each group. By dynamic programming over the ends of groups, which is
 * exact: some best way keeps the order of lengths.
 *
 * @param lengths In descending order.
 * @returns How many sequences each group has.
 */
export function lengthGroups(
  lengths: readonly number[],
  { maximumTokens, groupTokens }: GroupCost,
): readonly number[] {
  const count = lengths.length;
  // Least cost of the sequences from each place on, and the size of the first group then.
  const least = new Float64Array(count + 1);
  const sizes = new Int32Array(count);
  for (let start = count - 1; start >= 0; start--) {
    least[start] = Number.POSITIVE_INFINITY;
    for (let size = 1; start + size <= count; size++) {
      const tokens = size * lengths[start];
      if (size > 1 && tokens > maximumTokens) break;
      const cost = tokens + groupTokens + UNEVENNESS * tokens * tokens + least[start + size];
      if (cost >= least[start]) continue;
      least[start] = cost;
      sizes[start] = size;
    }
  }
  const groups: number[] = [];
  for (let start = 0; start < count; start += sizes[start]) groups.push(sizes[start]);
  return groups;
}
