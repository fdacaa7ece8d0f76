import { achievableRate } from '#shared/channel/rate.ts';
import { lastRoundsOf } from '#shared/channel/run-channel.ts';
import { radioChannel } from '#shared/channel/scenario.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { requireRecord } from '#shared/plugins/require-record.ts';
import { openRunChannel } from '#shared/protocol/open-run-channel.ts';
import type { Plan } from '#shared/protocol/records.ts';
import { type RunRecord, totalPayloadBits } from '#shared/protocol/run-record.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';
import { deviceFacts, type FixedFacts } from '#shared/scheduling/context/device-facts.ts';
import { type DeviceMemory, noMemory } from '#shared/scheduling/context/device-memory.ts';
import { roundJoules } from '#shared/scheduling/context/round-energy.ts';
import { fixedFacts, memoryRules, runContext } from '#shared/scheduling/context/run-facts.ts';
import { type ControlState, NOTHING_SPENT } from '#shared/scheduling/control/control-state.ts';
import { lawOfLastRounds, roundsNeeded } from '#shared/scheduling/control/law-of-last-rounds.ts';
import {
  type ControlledPlan,
  type ControlledRound,
  controlledRule,
  planControlledRound,
  planControlledRoundByPlugin,
} from '#shared/scheduling/control/plan-controlled-round.ts';
import type { PolicyState } from '#shared/scheduling/plugin/check-plan.ts';
import { POLICY_CONTRACT } from '#shared/scheduling/plugin/policy-contract.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';
import type { LinkProblem } from '#shared/scheduling/round-problem.ts';
import { controlSettings, roundBudgetSeconds } from '#shared/scheduling/settings.ts';
import { scheduleWork } from '#shared/workload/work.ts';
import { factSettings } from './fact-settings.ts';
import type { SchedulerMaterial } from './scheduler-material.ts';

/** State after the previous round, from which a round is planned. */
export interface StateBefore {
  readonly state: ControlState;
  /** For each device, the number of rounds after which its newest committed head was made. */
  readonly headRounds: readonly number[];
  readonly memory: DeviceMemory;
  /** State that the policy plug-in returned; undefined for other policies. */
  readonly policyState: PolicyState | undefined;
}

/**
 * Draws the channel of a round and plans the round with the run's policy.
 *
 * @throws PluginError naming the plug-in and the round
 */
export async function makePlan(
  { ports: { telemetry }, plugins }: Pick<SchedulerMaterial, 'ports' | 'plugins'>,
  record: RunRecord,
  round: number,
  before: StateBefore,
): Promise<Plan> {
  const { devices } = record.config.training;
  const work = scheduleWork(devices);
  const { result } = await telemetry.measure(work, () => planOf(plugins, record, round, before));
  const { link, budgetSeconds, controlled, facts } = result;
  const { plan } = controlled;
  const rateBitsPerSecond = plan.selected.map((device, index) =>
    achievableRate(link, device, plan.bandwidthHz[index]),
  );
  return {
    round,
    policy: plan.policy,
    controlV: controlled.controlV,
    queueSeconds: before.state.queueSeconds,
    objective: plan.objective,
    selected: [...plan.selected],
    bandwidthHz: [...plan.bandwidthHz],
    rateBitsPerSecond,
    headRounds: plan.selected.map((device) => before.headRounds[device]),
    delaySeconds: plan.delaySeconds,
    delayBudgetSeconds: budgetSeconds,
    nextQueueSeconds: controlled.next.queueSeconds,
    control: controlled.record,
    weights: plan.weights === undefined ? null : [...plan.weights],
    joules: [...roundJoules(link, plan.selected, rateBitsPerSecond, facts.computeJoules)],
    ...(plan.state === undefined ? {} : { policyState: plan.state }),
  };
}

/**
 * Reads the state before a round from the commit of the previous one; for round 0, returns the initial state.
 */
export async function stateBefore(store: RunStore, record: RunRecord, round: number): Promise<StateBefore> {
  if (round === 0) {
    return {
      state: NOTHING_SPENT,
      headRounds: record.labelCounts.map(() => 0),
      memory: noMemory(memoryRules(factSettings(record))),
      policyState: undefined,
    };
  }
  const commit = await store.commit(record.run, round - 1).require();
  return {
    state: { accountSeconds: commit.control.nextAccountSeconds, queueSeconds: commit.nextQueueSeconds },
    headRounds: commit.headRounds,
    memory: commit.memory,
    policyState: commit.policyState,
  };
}

async function planOf(
  plugins: PluginHost,
  record: RunRecord,
  round: number,
  { state, memory, policyState }: StateBefore,
): Promise<{
  readonly link: LinkProblem;
  readonly budgetSeconds: number;
  readonly controlled: ControlledPlan;
  readonly facts: FixedFacts;
}> {
  const { seed, scheduling, training } = record.config;
  const { policy, minimumDevices } = scheduling;
  const payloadBits = totalPayloadBits(record);
  const budgetSeconds = roundBudgetSeconds(scheduling, payloadBits);
  const settings = controlSettings(scheduling, budgetSeconds);
  const channel = await openRunChannel(record, plugins);
  const { scenario } = channel;
  const needed = roundsNeeded(scenario, channel.plugin);
  const channels = await lastRoundsOf(channel, round, needed);
  const link = { ...radioChannel(scenario, channels[channels.length - 1]), payloadBits };
  const rule = controlledRule(policy, settings);
  const law =
    rule === undefined || needed === 1
      ? record.controlLaw
      : lawOfLastRounds(scenario, channels, { rule, payloadBits, minimumDevices });
  const facts = fixedFacts(
    factSettings(record),
    record.labelCounts.map((counts) => counts.reduce((sum, count) => sum + count, 0)),
  );
  const planned: ControlledRound = {
    link,
    budgetSeconds,
    minimumDevices,
    settings,
    law: law ?? undefined,
    state,
    round,
    rounds: training.rounds,
    context: runContext({ seed, scheduling }, round, deviceFacts(facts, memory, round)),
  };
  const controlled = isPolicyName(policy)
    ? planControlledRound(policy, planned)
    : await planControlledRoundByPlugin(
        await plugins.open(
          POLICY_CONTRACT,
          requireRecord('policy', policy, record.plugins.policy),
          scheduling.policyTimeoutSeconds,
        ),
        planned,
        policyState,
      );
  return { link, budgetSeconds, controlled, facts };
}
