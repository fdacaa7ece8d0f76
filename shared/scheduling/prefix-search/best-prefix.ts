import FlatQueue from 'flatqueue';
import type { PrefixValue, PrefixValues } from './prefix-values.ts';

/** The prefix with the greatest objective, and an upper bound for all prefixes. */
export interface BestPrefix {
  readonly best: PrefixValue;
  /** No allowed size has a greater objective. */
  readonly upperBound: number;
  /**
   * The smallest range that contains every size whose objective may reach the given one. After a coarse
   * search, a finer one only has to search this range.
   */
  contenders(objective: number): { readonly fewest: number; readonly most: number };
}

interface Range {
  readonly left: PrefixValue;
  readonly right: PrefixValue;
  /** Upper bound of the objective for all sizes strictly inside the range. */
  readonly bound: number;
}

/**
 * Branch and bound on the size. For a range of sizes whose ends are evaluated, the increments of the delay
 * bound the objective inside ({@link PrefixValues.increments}). The range with the highest bound is halved,
 * until no bound exceeds the best objective found by more than the resolution. If the objective is concave or
 * convex around its optimum, O(log N) sizes are evaluated; for any other shape more are evaluated, and the
 * result is equally exact. Of evaluated sizes with equal objectives, the largest is returned.
 *
 * @param fewest least size allowed
 * @param most greatest size allowed
 * @param nearNats a guess of the common rate [nat/s] of the sizes allowed; it only saves time
 */
export function bestPrefix(
  values: PrefixValues,
  fewest: number,
  most: number,
  nearNats?: number,
): BestPrefix {
  const looked: PrefixValue[] = [];
  const open = new FlatQueue<Range>();
  const look = (value: PrefixValue): PrefixValue => {
    looked.push(value);
    if (value.objective > best.objective) best = value;
    else if (value.objective === best.objective && value.size > best.size) best = value;
    return value;
  };
  const push = (left: PrefixValue, right: PrefixValue): void => {
    if (right.size - left.size <= 1) return;
    const bound = rangeBound(values, left, right);
    open.push({ left, right, bound }, -bound);
  };
  const first = values.at(fewest, nearNats);
  let best = first;
  look(first);
  if (most > fewest) {
    // Bounds of increments need the rates of both ends. The empty prefix has none, so the range starts at one
    // device.
    const start = fewest === 0 ? look(values.at(1)) : first;
    if (most > start.size) push(start, look(values.at(most, nearNats)));
  }
  for (;;) {
    const range = open.peek();
    const slack = values.fineness.resolution * values.scale(best);
    if (range === undefined || range.bound <= best.objective + slack) {
      const upperBound = Math.max(best.objective, range?.bound ?? Number.NEGATIVE_INFINITY);
      const left = drained(open);
      return { best, upperBound, contenders: (objective) => contenders(best.size, looked, left, objective) };
    }
    open.pop();
    const middle = look(values.between(range.left, range.right));
    push(range.left, middle);
    push(middle, range.right);
  }
}

function drained(open: FlatQueue<Range>): readonly Range[] {
  const ranges: Range[] = [];
  for (let range = open.pop(); range !== undefined; range = open.pop()) ranges.push(range);
  return ranges;
}

function contenders(
  bestSize: number,
  looked: readonly PrefixValue[],
  left: readonly Range[],
  objective: number,
) {
  const sizes = [bestSize];
  for (const value of looked) if (value.objective >= objective) sizes.push(value.size);
  for (const range of left) {
    if (range.bound >= objective) sizes.push(range.left.size, range.right.size);
  }
  return {
    fewest: sizes.reduce((least, size) => Math.min(least, size)),
    most: sizes.reduce((greatest, size) => Math.max(greatest, size)),
  };
}

/**
 * Upper bound of the objective strictly inside the range. The objective lies below two lines: one through the
 * left end, whose slope assumes the least increment of the delay, and one through the right end, whose slope
 * assumes the greatest. U is concave: no increment of U in the range is above its first or below its last.
 */
function rangeBound(values: PrefixValues, left: PrefixValue, right: PrefixValue): number {
  const { utility, problem } = values;
  const { controlV, queueSeconds } = problem;
  const { least, most } = values.increments(left, right);
  const width = right.size - left.size;
  const firstGain = controlV * (utility.value(left.size + 1) - utility.value(left.size));
  const lastGain = controlV * (utility.value(right.size) - utility.value(right.size - 1));
  const fromLeft = firstGain - queueSeconds * least;
  const fromRight = queueSeconds === 0 ? -lastGain : queueSeconds * most - lastGain;
  if (fromLeft <= 0) return left.objective + fromLeft;
  if (fromRight <= 0) return right.objective + fromRight;
  if (fromRight === Number.POSITIVE_INFINITY) return left.objective + (width - 1) * fromLeft;
  const crossing = (right.objective - left.objective + width * fromRight) / (fromLeft + fromRight);
  return left.objective + Math.min(Math.max(crossing, 0), width) * fromLeft;
}
