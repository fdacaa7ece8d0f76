import type { RandomSource } from '#shared/plugins/random-source.ts';
import type { GivenSchema } from '#shared/plugins/settings-schema.ts';
import type { FactName } from '#shared/scheduling/context/round-context.ts';

/**
 * Version of the interface of policy plug-ins. It rises when plug-ins of the previous version stop working.
 */
export const POLICY_INTERFACE_VERSION = 1;

/** The inputs of a policy plug-in in a round. */
export interface PolicyRound {
  /** Index of the round, from 0. */
  readonly round: number;
  /** Number of rounds of the run; null if one round is planned without a run. */
  readonly rounds: number | null;
  /**
   * Seed of the run. A module draws numbers from `random`; a command can seed its own generator with this.
   */
  readonly seed: number;
  /** Number of devices; their indices are 0 to devices - 1. */
  readonly devices: number;
  /** |h_n|^2 of each device, a power ratio. */
  readonly channelGain: Float64Array;
  /** P_n of each device [W]. */
  readonly powerWatts: Float64Array;
  /** N0 [W/Hz]. */
  readonly noiseWattsPerHz: number;
  /** B, which the scheduled devices share [Hz]. */
  readonly bandwidthHz: number;
  /** L, the payload of a scheduled device in the round [bit]. */
  readonly payloadBits: number;
  /** D_budget, the upper limit of the average delay of a round in the long run [s]. */
  readonly delayBudgetSeconds: number;
  /** Z, the delay of the rounds so far less their budgets [s]; null if one round is planned without a run. */
  readonly accountSeconds: number | null;
  /** The paper's virtual queue q [s] and weight V [s^2]. */
  readonly queueSeconds: number;
  readonly controlV: number;
  /** The smallest number of devices that the plan may schedule. */
  readonly minimumDevices: number;
  /** The setting `scheduling.devicesPerRound`, for policies that schedule a fixed number of devices. */
  readonly devicesPerRound: number;
  /** One column for each fact that the policy needs; infinite where a device never reported it. */
  readonly facts: Readonly<Partial<Record<FactName, Float64Array>>>;
}

/** A policy plug-in's decision. */
export interface PolicyPlan<State = unknown> {
  /** Indices of the scheduled devices, in any order. */
  readonly selected: readonly number[];
  /**
   * The bandwidth of selected[i] [Hz]; the sum is at most the band. By default the band is split so that all
   * devices finish at the same, earliest time.
   */
  readonly bandwidthHz?: ArrayLike<number> | undefined;
  /** Weight of selected[i]'s gradient in the sum, above 0; 1/|selected| by default. */
  readonly weights?: ArrayLike<number> | undefined;
  /** Plain JSON that the next round's call receives. It is stored with the run, so a resumed run has it. */
  readonly state?: State | undefined;
}

/** A policy plug-in: the default export of its module. */
export interface PolicyDefinition<Settings = unknown, State = unknown> {
  readonly interfaceVersion: typeof POLICY_INTERFACE_VERSION;
  /** Name in tables and reports. */
  readonly name: string;
  /** Schema of `scheduling.policySettings`; absent for a policy without settings. */
  readonly settings?: GivenSchema<Settings>;
  /** The device facts that the policy needs. */
  readonly needs?: readonly FactName[];
  /**
   * Plans a round. Must be pure: a round may be planned more than once and on different machines, and the
   * same arguments must give the same plan.
   *
   * @param state the state that the previous round's plan returned; undefined in the first round
   * @param random random streams of the run, such as `random(round.round).uniform()`
   */
  readonly plan: (
    round: PolicyRound,
    settings: Settings,
    state: State | undefined,
    random: RandomSource,
  ) => PolicyPlan<State> | Promise<PolicyPlan<State>>;
}

/** Returns the definition unchanged. It checks the types and infers the types of settings and state. */
export function definePolicy<Settings = Readonly<Record<string, never>>, State = unknown>(
  definition: PolicyDefinition<Settings, State>,
): PolicyDefinition<Settings, State> {
  return definition;
}
