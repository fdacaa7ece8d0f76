import { type ControlSchedule, controlV } from '#shared/scheduling/control-schedule.ts';
import { type ControlLaw, meanDelayAtPrice, priceOfMeanDelay } from './control-law.ts';
import type { ControlState } from './control-state.ts';

/**
 * Initial values of the virtual queue: the backlog that corresponds to the budget's price of delay
 * (`placeholder`), or 0 as in the paper (`zero`).
 */
export const INITIAL_QUEUES = ['placeholder', 'zero'] as const;
export type InitialQueue = (typeof INITIAL_QUEUES)[number];

/**
 * Rounds over which the price of delay spreads the remaining budget: all remaining rounds of the run (`run`),
 * or always the next two (`unknown`), so that a run that may stop after any round has by then spent about its
 * budget.
 */
export const HORIZONS = ['run', 'unknown'] as const;
export type Horizon = (typeof HORIZONS)[number];

/** Rounds over which the remaining budget is spread if the number of remaining rounds is unknown. */
const UNKNOWN_LEFT = 2;

/** Tolerance of the delay limit, as a fraction of the budget. */
export const LIMIT_TOLERANCE = 1e-9;

/** Settings of the price of delay over a run. */
export interface ControlSettings {
  readonly initialQueue: InitialQueue;
  /** Debt d [s]: the largest account Z that a plan may leave. */
  readonly debtSeconds: number;
  /**
   * rho: round t of T has weight rho^(T-1-t), t from 0. 1 by default. Used only if `schedule` is undefined.
   */
  readonly contraction?: number | undefined;
  /** `run` if left out. */
  readonly horizon?: Horizon | undefined;
  /** V_t [s^2]; undefined if each round sets its price. */
  readonly schedule: ControlSchedule | undefined;
}

/** The planned round, and the number of rounds of the run. */
export interface RoundOfRun {
  /** From 0. */
  readonly round: number;
  readonly rounds: number;
}

/** True if the remaining rounds are known and have equal weights, and each round sets its price. */
export function horizonIsKnown({ schedule, contraction = 1, horizon = 'run' }: ControlSettings): boolean {
  return schedule === undefined && contraction === 1 && horizon === 'run';
}

/** The drift-plus-penalty quantities of one round. */
export interface RoundControl {
  /** V_t [s^2]. */
  readonly controlV: number;
  /** q_t [s]; lambda_t = q_t / V_t is the price of delay. */
  readonly queueSeconds: number;
  /** The largest delay that the round may have [s]; undefined without a limit. */
  readonly delayLimitSeconds: number | undefined;
  /** The delay of the plan that looking ahead has chosen [s]; left out if the policy chooses by the price. */
  readonly chosenDelaySeconds?: number;
}

/**
 * The schedule of V for the paper's control if settings give none, in squared budgets. V is nearly constant
 * over tens of rounds.
 */
const PAPER_SCHEDULE = { initialV: 1, ratio: 0.99 } as const;

/**
 * The paper's control: a queue that starts at 0 and a descending schedule of V_t. There is no delay limit:
 * the mean delay after T rounds is at most D_budget + q_T / T. With q = 0 the first round has no price of
 * delay, so it schedules all devices.
 */
export function paperControl(
  { schedule }: Pick<ControlSettings, 'schedule'>,
  { queueSeconds }: ControlState,
  round: number,
  budgetSeconds: number,
): RoundControl {
  const { initialV, ratio } = PAPER_SCHEDULE;
  const descending = schedule ?? { kind: 'geometric', initialV: initialV * budgetSeconds ** 2, ratio };
  return { controlV: controlV(descending, round), queueSeconds, delayLimitSeconds: undefined };
}

/**
 * Control over a finite horizon. With Z_t the account, d the debt and b the budget,
 *
 *     D_t <= b + d - Z_t,     lambda_t = Lambda(b + (d - Z_t) / (T - t)),   0 in the last round.
 *
 * The limit keeps Z at d or below, so the mean delay after any T' rounds is at most (1 + d/(b T')) b for any
 * channel, law and price, unless `minimumDevices` forces more. The limit is never below b, so a plan whose
 * delay equals the budget, such as a plan of the policy `greedy`, always meets it. The price is such that the
 * remaining rounds spend, on average, the remaining budget. In the paper's terms, with lambda* = Lambda(b)
 * and to first order in Z_t - d,
 *
 *     q_t = lambda* V_t + Z_t - d,     V_t = kappa (T - t):
 *
 * a place-holder backlog (Neely, Stochastic Network Optimization, 2010, section 4.8) that shrinks as V falls.
 * kappa is -1 divided by the derivative of Lambda at b.
 *
 * If the horizon is unknown, T - t is replaced by 2, and no round is treated as the last one.
 *
 * With weights rho^(T-1-t), rho < 1, V rises instead: lambda_t = mu / rho^(T-1-t), with mu such that the
 * remaining rounds, each at its own price, spend the remaining budget. If a schedule of V is given, the queue
 * within the same limit is q_t = max(0, lambda* V_t + Z_t).
 */
export function budgetControl(
  { debtSeconds, schedule, contraction = 1, horizon = 'run' }: ControlSettings,
  law: ControlLaw,
  { accountSeconds }: ControlState,
  { round, rounds }: RoundOfRun,
  budgetSeconds: number,
): RoundControl {
  const delayLimitSeconds = budgetSeconds * (1 + LIMIT_TOLERANCE) + debtSeconds - accountSeconds;
  if (schedule !== undefined) {
    const v = controlV(schedule, round);
    const queueSeconds = Math.max(0, priceOfMeanDelay(law, budgetSeconds) * v + accountSeconds);
    return { controlV: v, queueSeconds, delayLimitSeconds };
  }
  const left = horizon === 'unknown' ? UNKNOWN_LEFT : rounds - round;
  const secondsEach = budgetSeconds + (debtSeconds - accountSeconds) / left;
  const price = left <= 1 ? 0 : presentPrice(law, secondsEach, left, contraction);
  // Only the ratio q/V matters. V is one squared budget, so that q is in seconds.
  const v = budgetSeconds ** 2;
  return { controlV: v, queueSeconds: price * v, delayLimitSeconds };
}

/** Bisection steps in the logarithm of the price: enough for double precision over any range of prices. */
const PRICE_STEPS = 80;

/**
 * lambda of the current round if the `left` remaining rounds, this one included, have the weights 1, rho^-1,
 * rho^-2, ...: with the price lambda * rho^s in the s-th of them, s from 0, they spend `secondsEach` on
 * average.
 */
function presentPrice(law: ControlLaw, secondsEach: number, left: number, contraction: number): number {
  if (contraction === 1) return priceOfMeanDelay(law, secondsEach);
  const meanSeconds = (price: number) => {
    let sum = 0;
    let priced = price;
    for (let round = 0; round < left; round++) {
      sum += meanDelayAtPrice(law, priced);
      priced *= contraction;
    }
    return sum / left;
  };
  // At a price of 0 all rounds schedule all devices; without a step, at every price.
  if (law.prices.length === 0 || meanSeconds(0) <= secondsEach) return 0;
  let low = Math.log(Math.max(law.prices[law.prices.length - 1], Number.MIN_VALUE));
  let high = Math.log(Math.min(law.prices[0] / contraction ** left, Number.MAX_VALUE));
  for (let step = 0; step < PRICE_STEPS; step++) {
    const middle = (low + high) / 2;
    if (meanSeconds(Math.exp(middle)) > secondsEach) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}
