import type { RunCost } from '#shared/model/engine/onnx/spec/run-limits.ts';

/**
 * Weight of uneven group sizes: small enough to decide only between equal costs, in favour of groups of equal
 * size.
 */
const UNEVENNESS = 1e-7;

/**
 * Cuts sequences, longest first, into consecutive groups at the least cost. Each group is padded to its
 * longest sequence; the cost is the sum of all padded tokens plus `fixedTokens` per group. Dynamic
 * programming over the ends of the groups finds the optimum, because some optimal partition keeps the order
 * of lengths.
 *
 * @param lengths In descending order.
 * @returns Number of sequences of each group.
 */
export function lengthGroups(
  lengths: readonly number[],
  { maximumTokens, fixedTokens }: RunCost,
): readonly number[] {
  const count = lengths.length;
  // Least cost of the sequences from each index on, and the size of the first group at that cost.
  const least = new Float64Array(count + 1);
  const sizes = new Int32Array(count);
  for (let start = count - 1; start >= 0; start--) {
    least[start] = Number.POSITIVE_INFINITY;
    for (let size = 1; start + size <= count; size++) {
      const tokens = size * lengths[start];
      if (size > 1 && tokens > maximumTokens) break;
      const cost = tokens + fixedTokens + UNEVENNESS * tokens * tokens + least[start + size];
      if (cost >= least[start]) continue;
      least[start] = cost;
      sizes[start] = size;
    }
  }
  const groups: number[] = [];
  for (let start = 0; start < count; start += sizes[start]) groups.push(sizes[start]);
  return groups;
}
