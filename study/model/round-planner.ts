import type { ModelledPlan } from '#emulator/modelled/round-state.ts';
import { achievableRate } from '#shared/channel/rate.ts';
import type { ChannelPlugin } from '#shared/channel/run-channel.ts';
import { ConfigError } from '#shared/errors.ts';
import { deviceFacts, type FixedFacts } from '#shared/scheduling/context/device-facts.ts';
import {
  type DeviceMemory,
  type MemoryRules,
  nextMemory,
  noMemory,
} from '#shared/scheduling/context/device-memory.ts';
import { roundJoules } from '#shared/scheduling/context/round-energy.ts';
import { fixedFacts, memoryRules, runContext } from '#shared/scheduling/context/run-facts.ts';
import { boundedRound } from '#shared/scheduling/control/bounded-round.ts';
import { type BudgetValue, budgetValue } from '#shared/scheduling/control/budget-value.ts';
import type { BoundedRound } from '#shared/scheduling/control/clairvoyant-bound.ts';
import { type ControlState, NOTHING_SPENT } from '#shared/scheduling/control/control-state.ts';
import {
  type ControlledPlan,
  type ControlledRound,
  type ControlRecord,
  controlledRule,
  planControlledRound,
  planControlledRoundByPlugin,
} from '#shared/scheduling/control/plan-controlled-round.ts';
import {
  boundIsComputed,
  COUNTED,
  type PossibleDevices,
  possibleDevices,
} from '#shared/scheduling/control/possible-devices.ts';
import type { ControlSettings } from '#shared/scheduling/control/round-control.ts';
import type { PolicyState } from '#shared/scheduling/plugin/check-plan.ts';
import type { PolicyPlugin } from '#shared/scheduling/plugin/policy-plugin.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';
import type { QueueRule } from '#shared/scheduling/policies/scheduling-policy.ts';
import type { LinkProblem } from '#shared/scheduling/round-problem.ts';
import { controlSettings, roundBudgetSeconds } from '#shared/scheduling/settings.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import { modelledAnswers } from './modelled-answers.ts';
import { PointChannel } from './point-channel.ts';
import { hopBits } from './study-workload.ts';

/** The scheduler's figures of one round, for the result. */
export interface PlanRecord {
  readonly controlV: number;
  readonly delaySeconds: number;
  readonly delayBudgetSeconds: number;
  /** The paper's virtual queue, which starts at 0, before and after the round [s]. */
  readonly queueSeconds: number;
  readonly nextQueueSeconds: number;
  readonly control: ControlRecord;
  /** Total energy of all scheduled devices [J]. */
  readonly joules: number;
}

/** The opened plug-ins of a point; absent for a policy of the registry and a channel of the settings. */
export interface PointPlugins {
  readonly policy?: PolicyPlugin | undefined;
  readonly channel?: ChannelPlugin | undefined;
}

/** Plans the rounds of one point in order; keeps the control state and the device memory between rounds. */
export class RoundPlanner {
  readonly #settings: StudySettings;
  readonly #policyPlugin: PolicyPlugin | undefined;
  readonly #channel: PointChannel;
  readonly #budgetSeconds: number;
  readonly #control: ControlSettings;
  /** Undefined for policies that have no price of delay. */
  readonly #rule: QueueRule | undefined;
  #budgetValue: BudgetValue | undefined;
  readonly #facts: FixedFacts;
  readonly #memoryRules: MemoryRules;
  #memory: DeviceMemory;
  readonly #records: PlanRecord[] = [];
  #state: ControlState = NOTHING_SPENT;
  /** State that a policy plug-in returned in the last round. */
  #policyState: PolicyState | undefined;
  /** Empty if there are too many rounds or devices to compute the bound. */
  readonly #bounded: BoundedRound[] = [];

  constructor(settings: StudySettings, plugins: PointPlugins = {}) {
    const { scheduling, seed, device, data } = settings;
    const { devices } = settings.training;
    const bits = hopBits(settings);
    const payloadBits = bits.embeddings + bits.features + bits.gradients;
    this.#settings = settings;
    this.#policyPlugin = plugins.policy;
    const factSettings = { seed, devices, device, scheduling, policyPlugin: plugins.policy?.record };
    this.#facts = fixedFacts(factSettings, new Float64Array(devices).fill(data.shardExamples));
    this.#memoryRules = memoryRules(factSettings);
    this.#memory = noMemory(this.#memoryRules);
    this.#budgetSeconds = roundBudgetSeconds(scheduling, payloadBits);
    this.#control = controlSettings(scheduling, this.#budgetSeconds);
    this.#rule = controlledRule(scheduling.policy, scheduling);
    const { minimumDevices } = scheduling;
    const question = this.#rule && { rule: this.#rule, payloadBits, minimumDevices };
    this.#channel = new PointChannel(settings, plugins.channel, payloadBits, question);
    this.#budgetValue = this.#valueOfLaw();
  }

  /** Draws the law of a plug-in's channel, before the first round. @throws PluginError naming the plug-in */
  async begin(): Promise<void> {
    await this.#channel.begin();
    this.#budgetValue ??= this.#valueOfLaw();
  }

  #valueOfLaw(): BudgetValue | undefined {
    return budgetValue(this.#rule, this.#channel.lawOfRun, this.#control, this.#budgetSeconds);
  }

  /** The decision for a round that has been planned. */
  record(round: number): PlanRecord {
    return this.#records[round];
  }

  /**
   * Plans the next round.
   *
   * @throws ConfigError for a plug-in; ConfigError, InfeasibleError as {@link planRound}
   */
  plan(round: number): ModelledPlan {
    const { policy } = this.#settings.scheduling;
    if (!isPolicyName(policy)) throw notRun('scheduling.policy');
    const next = this.nextRound(round);
    return this.keep(next, planControlledRound(policy, next));
  }

  /** Plans the next round by the plug-ins. @throws PluginError naming the plug-in and the round */
  async planByPlugins(round: number): Promise<ModelledPlan> {
    const next = this.#roundOn(await this.#channel.nextByPlugin(), round);
    const { policy } = this.#settings.scheduling;
    if (isPolicyName(policy)) return this.keep(next, planControlledRound(policy, next));
    if (this.#policyPlugin === undefined) throw notRun('scheduling.policy');
    const controlled = await planControlledRoundByPlugin(this.#policyPlugin, next, this.#policyState);
    this.#policyState = controlled.plan.state;
    return this.keep(next, controlled);
  }

  /**
   * The next round's channel, control state and facts, from which a policy plans it. Called once a round.
   *
   * @throws ConfigError for a channel plug-in
   */
  nextRound(round: number): ControlledRound {
    return this.#roundOn(this.#channel.next(round), round);
  }

  #roundOn(link: LinkProblem, round: number): ControlledRound {
    const { scheduling, seed } = this.#settings;
    const { devices, rounds } = this.#settings.training;
    const { minimumDevices } = scheduling;
    if (boundIsComputed(devices, rounds)) {
      const { payloadBits } = link;
      this.#bounded.push(boundedRound({ channel: link, payloadBits, minimumDevices, utility: COUNTED }));
    }
    return {
      link,
      budgetSeconds: this.#budgetSeconds,
      minimumDevices,
      settings: this.#control,
      law: this.#channel.law,
      budgetValue: this.#budgetValue,
      state: this.#state,
      round,
      rounds,
      context: runContext({ seed, scheduling }, round, deviceFacts(this.#facts, this.#memory, round)),
    };
  }

  /** Keeps the decision for a round and returns its part that affects the cloud. */
  keep(
    { round, link, state }: ControlledRound,
    { plan, controlV, record, next }: ControlledPlan,
  ): ModelledPlan {
    this.#state = next;
    // Integers of 32 bits: the numbers of a list take twice as much memory, and the round keeps them.
    const selected = Int32Array.from(plan.selected);
    const rateBitsPerSecond = new Float64Array(selected.length);
    const computeSeconds = new Float64Array(selected.length);
    for (let index = 0; index < selected.length; index++) {
      rateBitsPerSecond[index] = achievableRate(link, selected[index], plan.bandwidthHz[index]);
      computeSeconds[index] = this.#facts.computeSeconds[selected[index]];
    }
    const joules = roundJoules(link, plan.selected, rateBitsPerSecond, this.#facts.computeJoules);
    this.#memory = nextMemory(this.#memoryRules, this.#memory, {
      round,
      selected: plan.selected,
      rateBitsPerSecond,
      joules,
      answers:
        this.#memoryRules.needs.length === 0
          ? []
          : modelledAnswers(this.#settings.seed, round, plan.selected),
    });
    this.#records[round] = {
      controlV,
      delaySeconds: plan.delaySeconds,
      delayBudgetSeconds: this.#budgetSeconds,
      queueSeconds: state.queueSeconds,
      nextQueueSeconds: next.queueSeconds,
      control: record,
      joules: joules.reduce((sum, value) => sum + value, 0),
    };
    return {
      devices: selected.length,
      selected,
      rateBitsPerSecond,
      delaySeconds: plan.delaySeconds,
      computeSeconds,
    };
  }

  /** The clairvoyant bound for the rounds planned so far; null if it is not computed. */
  possible(spent: {
    readonly meanDevices: number;
    readonly meanDelaySeconds: number;
  }): PossibleDevices | null {
    return this.#bounded.length === 0 ? null : possibleDevices(this.#bounded, this.#budgetSeconds, spent);
  }
}

function notRun(path: string): ConfigError {
  return new ConfigError('is a plug-in, which this command does not run.', {
    subject: path,
    remedy: 'Name a policy of airtune.',
  });
}
