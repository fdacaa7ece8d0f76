import type { ModelledPlan } from '#emulator/modelled/round-state.ts';
import { achievableRate } from '#shared/channel/rate.ts';
import {
  type ChannelRound,
  channelOfRound,
  drawScenario,
  nextChannelRound,
  radioChannel,
  type Scenario,
} from '#shared/channel/scenario.ts';
import { controlV } from '#shared/scheduling/control-schedule.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { roundBudgetSeconds, scaledControlSchedule } from '#shared/scheduling/settings.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import { legBits } from './study-workload.ts';

/** The scheduler's side of a round, for the record. */
export interface PlanRecord {
  readonly controlV: number;
  readonly delaySeconds: number;
  readonly delayBudgetSeconds: number;
  /** The virtual queue before and after the round [s]. */
  readonly queueSeconds: number;
  readonly nextQueueSeconds: number;
}

/** Plans the rounds of one point in order, with the channel and the virtual queue handed from round to round. */
export class RoundPlanner {
  readonly #settings: StudySettings;
  readonly #scenario: Scenario;
  readonly #records: PlanRecord[] = [];
  #channel: ChannelRound | undefined;
  #queueSeconds = 0;

  constructor(settings: StudySettings) {
    this.#settings = settings;
    this.#scenario = drawScenario(settings.channel, settings.seed, settings.devices);
  }

  /** What was decided for a round that has been planned. */
  record(round: number): PlanRecord {
    return this.#records[round];
  }

  /** Plans the next round. @throws ConfigError, InfeasibleError as the policies do */
  plan(round: number): ModelledPlan {
    const { scheduling, seed } = this.#settings;
    this.#channel =
      this.#channel === undefined
        ? channelOfRound(this.#scenario, round)
        : nextChannelRound(this.#scenario, this.#channel);
    const bits = legBits(this.#settings);
    const payloadBits = bits.embeddings + bits.features + bits.gradients;
    const delayBudgetSeconds = roundBudgetSeconds(scheduling, payloadBits);
    const queueSeconds = this.#queueSeconds;
    const problem = {
      ...radioChannel(this.#scenario, this.#channel),
      payloadBits,
      delayBudgetSeconds,
      controlV: controlV(scaledControlSchedule(scheduling, delayBudgetSeconds), round),
      queueSeconds,
      minimumDevices: scheduling.minimumDevices,
    };
    const plan = planRound(scheduling.policy, problem, {
      seed,
      round,
      deviceCount: scheduling.devicesPerRound,
    });
    this.#queueSeconds = plan.nextQueueSeconds;
    this.#records[round] = {
      controlV: problem.controlV,
      delaySeconds: plan.delaySeconds,
      delayBudgetSeconds,
      queueSeconds,
      nextQueueSeconds: plan.nextQueueSeconds,
    };
    const rateBitsPerSecond = new Float64Array(plan.selected.length);
    for (let index = 0; index < rateBitsPerSecond.length; index++) {
      rateBitsPerSecond[index] = achievableRate(problem, plan.selected[index], plan.bandwidthHz[index]);
    }
    return { devices: plan.selected.length, rateBitsPerSecond, delaySeconds: plan.delaySeconds };
  }
}
