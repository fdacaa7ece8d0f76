import type { PrefixValue, PrefixValues } from './prefix-values.ts';

/**
 * The size at which Algorithm 1 stops: the least size, from `fewest` on, at which one more device lowers the
 * objective; `most` if there is none. A range of sizes is skipped in one step if no increment of the delay in
 * it is large enough to lower the objective. So for a million devices about a hundred sizes are evaluated,
 * not a million.
 *
 * @param sketch coarse values, to skip ranges
 * @param values precise values, to decide whether one more device lowers the objective
 */
export function firstFall(
  sketch: PrefixValues,
  values: PrefixValues,
  fewest: number,
  most: number,
): PrefixValue {
  // Bounds of increments need a rate, and the empty prefix has none, so its step is evaluated directly.
  const start = fewest === 0 && most > 0 && !falls(values, 0) ? 1 : fewest;
  if (start === 0 || start === most) return values.at(start);
  const stop = fallIn(sketch, values, sketch.at(start), sketch.at(most));
  return values.at(stop ?? most);
}

function fallIn(
  sketch: PrefixValues,
  values: PrefixValues,
  left: PrefixValue,
  right: PrefixValue,
): number | undefined {
  const { controlV, queueSeconds } = values.problem;
  if (queueSeconds === 0) return undefined;
  if (right.size - left.size === 1) return falls(values, left.size) ? left.size : undefined;
  const { least, most } = sketch.increments(left, right);
  // The increments of the range add up to the difference of its ends' delays, so no increment is larger than
  // that. `caution` covers the error of the sketch's delays.
  const together = right.delaySeconds - left.delaySeconds + sketch.fineness.caution * right.delaySeconds;
  if (queueSeconds * Math.min(most, together) <= controlV) return undefined;
  if (queueSeconds * least > controlV) return left.size;
  const middle = sketch.between(left, right);
  return fallIn(sketch, values, left, middle) ?? fallIn(sketch, values, middle, right);
}

/** Whether one device more than `size` lowers the objective. */
function falls(values: PrefixValues, size: number): boolean {
  const now = values.at(size);
  return values.at(size + 1, now.rate?.natsPerSecond).objective < now.objective;
}
