import { needsOf, type PolicyChoice } from '#shared/scheduling/plugin/policy-choice.ts';
import type { PolicyPluginRecord } from '#shared/scheduling/plugin/policy-plugin-record.ts';
import type { FixedFacts } from './device-facts.ts';
import type { MemoryRules } from './device-memory.ts';
import { computeJoules, computeSecondsOfAll, type DeviceSettings } from './device-settings.ts';
import type { DeviceColumn, DeviceFacts, RoundContext } from './round-context.ts';

/** The settings from which the facts of a run's devices follow. */
export interface FactSettings {
  readonly seed: number;
  readonly devices: number;
  readonly device: DeviceSettings;
  readonly scheduling: {
    readonly policy: PolicyChoice;
    readonly devicesPerRound: number;
    readonly fairnessRounds: number;
    readonly energyBudgetJoules: number;
    readonly energyV: number;
    readonly joinProbabilities?: number | readonly number[] | undefined;
  };
  /** The run's policy plug-in; undefined for a policy of the registry. */
  readonly policyPlugin: Pick<PolicyPluginRecord, 'needs'> | undefined;
}

/**
 * The facts of each device that stay the same over a run.
 *
 * @param examples number of examples by device
 * @throws ConfigError if the list of computing times is shorter than the number of devices
 */
export function fixedFacts(
  { seed, devices, device, scheduling }: FactSettings,
  examples: DeviceColumn,
): FixedFacts {
  const computeSeconds = computeSecondsOfAll(device, seed, devices);
  const given = scheduling.joinProbabilities ?? Math.min(1, scheduling.devicesPerRound / devices);
  return {
    examples,
    computeSeconds,
    computeJoules: computeSeconds.map((seconds) => computeJoules(device, seconds)),
    joinProbabilities: typeof given === 'number' ? new Float64Array(devices).fill(given) : given,
  };
}

/** The rules of the run's device memory: the columns that its policy needs, and the constants of updates. */
export function memoryRules({ devices, scheduling, policyPlugin }: FactSettings): MemoryRules {
  const { policy, fairnessRounds, energyBudgetJoules } = scheduling;
  return { needs: needsOf(policy, policyPlugin), devices, fairnessRounds, energyBudgetJoules };
}

/** The context of a round of a run, from which policies plan in addition to the problem. */
export function runContext(
  { seed, scheduling }: Pick<FactSettings, 'seed' | 'scheduling'>,
  round: number,
  facts: DeviceFacts,
): RoundContext {
  const { devicesPerRound } = scheduling;
  return { seed, round, deviceCount: devicesPerRound, energyV: energyVOf(scheduling), facts };
}

/** V of the policy `energy` [J^2]. */
function energyVOf({ energyV, energyBudgetJoules }: FactSettings['scheduling']): number {
  return energyV * energyBudgetJoules ** 2;
}
