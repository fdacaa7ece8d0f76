import FlatQueue from 'flatqueue';
import type { PrefixValue, PrefixValues } from './prefix-values.ts';

/** The prefix with the greatest objective, and a bound on what any prefix reaches. */
export interface BestPrefix {
  readonly best: PrefixValue;
  /** No allowed size has a greater objective. */
  readonly upperBound: number;
}

/** Ranges that promise less than this above the best, relative to V*|S| + q*D, are not looked into: rounding. */
const RESOLUTION = 2e-13;

interface Range {
  readonly left: PrefixValue;
  readonly right: PrefixValue;
}

/**
 * Branch and bound on the size. A range of sizes whose ends are known is bounded by the increments of the delay inside
 * it ({@link PrefixValues.increments}); the range with the highest bound is halved until no range promises more than
 * the best size found. Where the objective is concave or convex around its optimum this takes O(log N) sizes; no shape
 * is assumed. Of equally good sizes that are looked at, the largest is taken.
 *
 * @param fewest least size allowed
 * @param most greatest size allowed
 */
export function bestPrefix(values: PrefixValues, fewest: number, most: number): BestPrefix {
  const { controlV, queueSeconds } = values.problem;
  const first = values.at(fewest);
  let best = first;
  const open = new FlatQueue<Range>();
  const consider = (candidate: PrefixValue) => {
    if (candidate.objective > best.objective) best = candidate;
    else if (candidate.objective === best.objective && candidate.size > best.size) best = candidate;
  };
  const push = (left: PrefixValue, right: PrefixValue) => {
    if (right.size - left.size > 1) open.push({ left, right }, -rangeBound(values, left, right));
  };
  const last = most > fewest ? values.at(most) : first;
  consider(last);
  // The empty prefix has no rate to bound increments with: the range starts at one device.
  const start = fewest === 0 && most > 0 ? values.at(1) : first;
  consider(start);
  push(start, last);
  for (;;) {
    const highest = -(open.peekValue() ?? Number.POSITIVE_INFINITY);
    const resolution = RESOLUTION * (controlV * best.size + queueSeconds * best.delaySeconds);
    const range = highest <= best.objective + resolution ? undefined : open.pop();
    if (range === undefined) return { best, upperBound: Math.max(best.objective, highest) };
    const middle = values.between(
      range.left,
      range.right,
      Math.floor((range.left.size + range.right.size) / 2),
    );
    consider(middle);
    push(range.left, middle);
    push(middle, range.right);
  }
}

/**
 * The most that a size strictly inside the range can reach: it lies below the line that rises from the left end with
 * the least increments, and below the one that rises from the right end with the greatest.
 */
function rangeBound(values: PrefixValues, left: PrefixValue, right: PrefixValue): number {
  const { controlV, queueSeconds } = values.problem;
  const { least, most } = values.increments(left, right);
  const width = right.size - left.size;
  const fromLeft = controlV - queueSeconds * least;
  const fromRight = queueSeconds === 0 ? -controlV : queueSeconds * most - controlV;
  if (fromLeft <= 0) return left.objective + fromLeft;
  if (fromRight <= 0) return right.objective + fromRight;
  if (fromRight === Number.POSITIVE_INFINITY) return left.objective + (width - 1) * fromLeft;
  const crossing = (right.objective - left.objective + width * fromRight) / (fromLeft + fromRight);
  return left.objective + Math.min(Math.max(crossing, 0), width) * fromLeft;
}
