import type { LinkProblem } from '#shared/scheduling/round-problem.ts';
import type { BudgetValue } from './budget-value.ts';
import { delayCurve } from './delay-curve.ts';
import { LIMIT_TOLERANCE, type RoundControl, type RoundOfRun } from './round-control.ts';

/**
 * Largest number j of later rounds whose value W_j is used. For more rounds the slope of W_j hardly changes.
 */
const MOST_ROUNDS = 15;

/**
 * Control by the value of the budget: with x = b + d - Z_t, the plan has the size that maximises
 *
 *     U(k) + W_j(x - D(k) + b),   D(k) <= x,   j = min(T - t - 1, 15).
 *
 * If W_j is linear over the delays of a round, the same size maximises U(k) - lambda D(k), with lambda the
 * slope of W_j. For few devices it is not linear, because one more device may take several budgets. The delay
 * limit of {@link budgetControl} still holds, and with it the bound on the mean delay.
 *
 * @param control the control of the same round by {@link budgetControl}
 */
export function lookAhead(
  control: RoundControl,
  value: BudgetValue,
  link: LinkProblem,
  { round, rounds }: RoundOfRun,
  budgetSeconds: number,
): RoundControl {
  const { delayLimitSeconds, controlV } = control;
  if (delayLimitSeconds === undefined) return control;
  const after = Math.min(rounds - round - 1, MOST_ROUNDS);
  const { delaySeconds } = delayCurve(link, link.payloadBits, 0);
  const chosen = delaySeconds[value.bestSize(delaySeconds, after, delayLimitSeconds)];
  const price = value.price(after, delayLimitSeconds - chosen + budgetSeconds);
  return {
    controlV,
    queueSeconds: price * controlV,
    delayLimitSeconds,
    chosenDelaySeconds: Math.min(delayLimitSeconds, chosen * (1 + LIMIT_TOLERANCE)),
  };
}
