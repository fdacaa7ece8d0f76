import { ConfigError } from '#shared/errors.ts';
import { planControlledRound } from '#shared/scheduling/control/plan-controlled-round.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';
import { RoundPlanner } from '#study/model/round-planner.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';

/** The planning of one round: its decision and how long it took. */
export interface PlannedRound {
  /** From 0. */
  readonly round: number;
  readonly scheduled: number;
  /**
   * Time of the fastest of several plans of this round, which other load of the machine affects least [s].
   */
  readonly planningSeconds: number;
}

/**
 * How often each round is planned and timed, and how many rounds are planned first without being timed, so
 * that the code is compiled.
 */
const PLANS = 3;
const WARM_UP_ROUNDS = 20;

/**
 * Plans all rounds of a run, one after the other as a scheduler does, and times each plan: the choice of
 * devices, the split of the band and the step of the controller. Drawing the channel, estimating the law of
 * the channel and updating the device memory, from which facts are computed, are not timed.
 *
 * @param nowMs a monotonic clock
 */
export function planningTimes(settings: StudySettings, nowMs: () => number): readonly PlannedRound[] {
  planRounds(settings, Math.min(WARM_UP_ROUNDS, settings.training.rounds), nowMs);
  return planRounds(settings, settings.training.rounds, nowMs);
}

function planRounds(settings: StudySettings, rounds: number, nowMs: () => number): readonly PlannedRound[] {
  const { policy } = settings.scheduling;
  if (!isPolicyName(policy)) {
    throw new ConfigError('is a plug-in, whose planning is not timed.', {
      subject: 'scheduling.policy',
      remedy: 'Name a policy of airtune.',
    });
  }
  const planner = new RoundPlanner(settings);
  return Array.from({ length: rounds }, (_, round) => {
    const next = planner.nextRound(round);
    let fastestMs = Number.POSITIVE_INFINITY;
    let planned = planControlledRound(policy, next);
    for (let plan = 0; plan < PLANS; plan++) {
      const startMs = nowMs();
      planned = planControlledRound(policy, next);
      fastestMs = Math.min(fastestMs, nowMs() - startMs);
    }
    const { devices } = planner.keep(next, planned);
    return { round, scheduled: devices, planningSeconds: fastestMs / 1000 };
  });
}
