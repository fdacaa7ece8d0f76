import type { LinkProblem } from '#shared/scheduling/round-problem.ts';
import type { BudgetValue } from './budget-value.ts';
import { delayCurve } from './delay-curve.ts';
import { LIMIT_TOLERANCE, type RoundControl, type RoundOfRun } from './round-control.ts';

/**
 * Number of rounds after the current one whose value is computed. For more rounds the slope of the value
 * hardly changes.
 */
const MOST_ROUNDS = 15;

/**
 * Control by the value of the budget: with x = b + d - Z_t, the plan has the size that maximises
 *
 *     U(k) + W_j(x - D(k) + b),   D(k) <= x,   j = min(T - t - 1, 15).
 *
 * If W_j is linear over the delays of a round, this equals U(k) - lambda D(k) with its slope lambda. For few
 * devices it is not linear, because one more device may take several budgets. The delay limit of
 * {@link budgetControl} still holds, and with it the bound on the mean delay.
 *
 * @param control the control of the same round by its price
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
