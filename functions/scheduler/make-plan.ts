import { achievableRate } from '#shared/channel/rate.ts';
import { drawScenario, lastChannelRounds, radioChannel } from '#shared/channel/scenario.ts';
import type { Telemetry } from '#shared/cloud/ports/telemetry.ts';
import type { Plan } from '#shared/protocol/records.ts';
import { type RunRecord, totalPayloadBits } from '#shared/protocol/run-record.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';
import { type ControlState, NOTHING_SPENT } from '#shared/scheduling/control/control-state.ts';
import { lawOfLastRounds, roundsNeeded } from '#shared/scheduling/control/law-of-last-rounds.ts';
import {
  type ControlledPlan,
  controlledRule,
  planControlledRound,
} from '#shared/scheduling/control/plan-controlled-round.ts';
import type { LinkProblem } from '#shared/scheduling/round-problem.ts';
import { controlSettings, roundBudgetSeconds } from '#shared/scheduling/settings.ts';
import { scheduleWork } from '#shared/workload/work.ts';

/** What the rounds before leave for a plan. */
export interface Before {
  readonly state: ControlState;
  /** Each device's newest head that counts: after how many rounds it was made. */
  readonly headRounds: readonly number[];
}

/** Draws a round's channel and plans it by the run's policy. */
export async function makePlan(
  telemetry: Telemetry,
  record: RunRecord,
  round: number,
  before: Before,
): Promise<Plan> {
  const { devices } = record.config.training;
  const work = scheduleWork(devices);
  const { result } = await telemetry.measure(work, () => planOf(record, round, before.state));
  const { link, budgetSeconds, controlled } = result;
  const { plan } = controlled;
  return {
    round,
    policy: plan.policy,
    controlV: controlled.controlV,
    queueSeconds: before.state.queueSeconds,
    objective: plan.objective,
    selected: [...plan.selected],
    bandwidthHz: [...plan.bandwidthHz],
    rateBitsPerSecond: plan.selected.map((device, index) =>
      achievableRate(link, device, plan.bandwidthHz[index]),
    ),
    headRounds: plan.selected.map((device) => before.headRounds[device]),
    delaySeconds: plan.delaySeconds,
    delayBudgetSeconds: budgetSeconds,
    nextQueueSeconds: controlled.next.queueSeconds,
    control: controlled.record,
  };
}

/** Reads what the commit of the round before says. */
export async function leftBefore(
  store: RunStore,
  { run, labelCounts }: RunRecord,
  round: number,
): Promise<Before> {
  if (round === 0) return { state: NOTHING_SPENT, headRounds: labelCounts.map(() => 0) };
  const commit = await store.commit(run, round - 1).require();
  return {
    state: { accountSeconds: commit.control.nextAccountSeconds, queueSeconds: commit.nextQueueSeconds },
    headRounds: commit.headRounds,
  };
}

function planOf(
  record: RunRecord,
  round: number,
  state: ControlState,
): {
  readonly link: LinkProblem;
  readonly budgetSeconds: number;
  readonly controlled: ControlledPlan;
} {
  const { seed, channel, scheduling, training } = record.config;
  const { policy, minimumDevices } = scheduling;
  const payloadBits = totalPayloadBits(record);
  const budgetSeconds = roundBudgetSeconds(scheduling, payloadBits);
  const settings = controlSettings(scheduling, budgetSeconds);
  const scenario = drawScenario(channel, seed, training.devices);
  const needed = roundsNeeded(scenario);
  const channels = lastChannelRounds(scenario, round, needed);
  const link = { ...radioChannel(scenario, channels[channels.length - 1]), payloadBits };
  const rule = controlledRule(policy, settings);
  const law =
    rule === undefined || needed === 1
      ? record.controlLaw
      : lawOfLastRounds(scenario, channels, { rule, payloadBits, minimumDevices });
  const controlled = planControlledRound({
    policy,
    link,
    budgetSeconds,
    minimumDevices,
    settings,
    law: law ?? undefined,
    state,
    round,
    rounds: training.rounds,
    context: { seed, round, deviceCount: scheduling.devicesPerRound },
  });
  return { link, budgetSeconds, controlled };
}
