import { channelOfRound, drawScenario, nextChannelRound, radioChannel } from '#shared/channel/scenario.ts';
import { ConfigError } from '#shared/errors.ts';
import { deviceFacts } from '#shared/scheduling/context/device-facts.ts';
import { noMemory } from '#shared/scheduling/context/device-memory.ts';
import { fixedFacts, memoryRules, runContext } from '#shared/scheduling/context/run-facts.ts';
import { NOTHING_SPENT } from '#shared/scheduling/control/control-state.ts';
import { drawControlLaw } from '#shared/scheduling/control/draw-law.ts';
import { controlledRule, planControlledRound } from '#shared/scheduling/control/plan-controlled-round.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';
import { controlSettings, roundBudgetSeconds } from '#shared/scheduling/settings.ts';
import { hopBits } from '#study/model/study-workload.ts';
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

/** Plans of a round that are timed, and rounds that are planned before any is timed, for the compiler. */
const PLANS = 3;
const WARM_UP_ROUNDS = 20;

/**
 * Plans all rounds of a run, one after the other as a scheduler does, and times each plan: the choice of
 * devices, the split of the band and the step of the controller. Drawing the channel and the law of the
 * channel, which a run does once, is not timed.
 *
 * @param settings settings whose policy needs no facts that devices report
 * @param nowMs a monotonic clock
 */
export function planningTimes(settings: StudySettings, nowMs: () => number): readonly PlannedRound[] {
  runRounds(settings, Math.min(WARM_UP_ROUNDS, settings.training.rounds), nowMs);
  return runRounds(settings, settings.training.rounds, nowMs);
}

function runRounds(settings: StudySettings, rounds: number, nowMs: () => number): readonly PlannedRound[] {
  const { scheduling, seed, channel, device, data, training } = settings;
  const { devices } = training;
  const { policy, minimumDevices } = scheduling;
  if (!isPolicyName(policy)) {
    throw new ConfigError('is a plug-in, whose planning is not timed.', {
      subject: 'scheduling.policy',
      remedy: 'Name a policy of airtune.',
    });
  }
  const scenario = drawScenario(channel, seed, devices);
  const bits = hopBits(settings);
  const payloadBits = bits.embeddings + bits.features + bits.gradients;
  const budgetSeconds = roundBudgetSeconds(scheduling, payloadBits);
  const control = controlSettings(scheduling, budgetSeconds);
  const rule = controlledRule(policy, scheduling);
  const law =
    rule === undefined ? undefined : drawControlLaw(scenario, { rule, payloadBits, minimumDevices });
  const factSettings = { seed, devices, device, scheduling, policyPlugin: undefined };
  const facts = fixedFacts(factSettings, new Float64Array(devices).fill(data.shardExamples));
  const memory = noMemory(memoryRules(factSettings));
  let state = NOTHING_SPENT;
  let channelRound = channelOfRound(scenario, 0);
  const planned: PlannedRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const question = {
      link: { ...radioChannel(scenario, channelRound), payloadBits },
      budgetSeconds,
      minimumDevices,
      settings: control,
      law,
      state,
      round,
      rounds: training.rounds,
      context: runContext({ seed, scheduling }, round, deviceFacts(facts, memory, round)),
    };
    let fastestMs = Number.POSITIVE_INFINITY;
    let answer = planControlledRound(policy, question);
    for (let plan = 0; plan < PLANS; plan++) {
      const startMs = nowMs();
      answer = planControlledRound(policy, question);
      fastestMs = Math.min(fastestMs, nowMs() - startMs);
    }
    state = answer.next;
    planned.push({ round, scheduled: answer.plan.selected.length, planningSeconds: fastestMs / 1000 });
    channelRound = nextChannelRound(scenario, channelRound);
  }
  return planned;
}
