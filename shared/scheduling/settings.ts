import * as z from 'zod';
import { DEFAULT_TIMEOUT_SECONDS, timeoutSetting } from '#shared/plugins/named-plugin.ts';
import { pluginSettings } from '#shared/plugins/plugin-record.ts';
import { pluginReference } from '#shared/plugins/plugin-reference-schema.ts';
import { type ControlSettings, HORIZONS, INITIAL_QUEUES } from './control/round-control.ts';
import { type ControlSchedule, controlSchedule } from './control-schedule.ts';
import { delayBudget, delayBudgetSeconds } from './delay-budget.ts';
import { POLICY_NAMES } from './policies/registry.ts';

/** A gradient weighs 1/p: with a probability near 0 one device's gradient would dominate the sum. */
const joinProbability = z.number().min(1e-6).max(1);

/** Settings of round planning: policy, delay budget, control, and limits on the number of devices. */
export const schedulingSettings = z
  .strictObject({
    policy: z
      .union([z.enum(POLICY_NAMES), pluginReference])
      .default('set-expansion')
      .describe(
        'who takes part and how the band is split; or a policy of your own: a .ts or .js file, a package',
      ),
    policySettings: pluginSettings.optional().describe('settings of a policy plug-in, by its schema'),
    policyTimeoutSeconds: timeoutSetting
      .default(DEFAULT_TIMEOUT_SECONDS)
      .describe('time limit of a policy of your own for each round'),
    delayBudget,
    controlV: controlSchedule,
    initialQueue: z
      .enum(INITIAL_QUEUES)
      .default('placeholder')
      .describe(
        'where the virtual queue starts: at the backlog that prices delay as the budget needs, which keeps the budget after any number of rounds, or at zero as in the paper, which does not',
      ),
    contraction: z
      .number()
      .min(0.1)
      .max(1)
      .default(1)
      .describe(
        'rho of Theorem 1: of T rounds the t-th weighs rho^(T-t), so that late ones may take more of the delay; 1 weighs all alike',
      ),
    horizon: z
      .enum(HORIZONS)
      .default('run')
      .describe(
        'over which rounds the price of delay spreads the rest of the budget: those that the run has left, or unknown, for a run that may stop at any round',
      ),
    debt: z
      .number()
      .nonnegative()
      .max(1e9)
      .default(0.2)
      .describe('by how many delay budgets the rounds together may be overdrawn at any time'),
    minimumDevices: z.int().nonnegative().default(0).describe('the fewest devices a round may have'),
    fairnessRounds: z
      .number()
      .min(1)
      .max(1e9)
      .default(10)
      .describe('rounds over which proportional-fair averages the rate of a device'),
    energyBudgetJoules: z
      .number()
      .positive()
      .max(1e12)
      .default(0.01)
      .describe('average energy of a device in a round that the policy energy keeps to'),
    energyV: z
      .number()
      .positive()
      .max(1e30)
      .default(1)
      .describe('what one more device is worth to the policy energy, in units of the squared energy budget'),
    joinProbabilities: z
      .union([joinProbability, z.array(joinProbability).min(1).readonly()])
      .optional()
      .describe(
        'with which a device joins a round of inverse-probability, one for all or one for each; devicesPerRound of all where left out',
      ),
    devicesPerRound: z
      .int()
      .positive()
      .default(10)
      .describe('how many devices the policies of a fixed number take'),
  })
  .prefault({});

export type SchedulingSettings = z.output<typeof schedulingSettings>;

/**
 * Adds an issue if `minimumDevices` exceeds the number of devices, or if a list of `joinProbabilities` does
 * not have an entry per device.
 *
 * @param at path of the scheduling settings in the settings that are checked
 */
export function checkSchedulingDevices(
  { minimumDevices, joinProbabilities }: SchedulingSettings,
  deviceCount: number,
  context: z.RefinementCtx,
  at: readonly string[],
): void {
  if (minimumDevices > deviceCount) {
    context.addIssue({
      code: 'custom',
      path: [...at, 'minimumDevices'],
      message: `must not be above the number of devices, ${deviceCount}`,
    });
  }
  if (Array.isArray(joinProbabilities) && joinProbabilities.length !== deviceCount) {
    context.addIssue({
      code: 'custom',
      path: [...at, 'joinProbabilities'],
      message: `has ${joinProbabilities.length} entries for ${deviceCount} devices`,
    });
  }
}

/** D_budget of a round [s] for a payload of L bits. */
export function roundBudgetSeconds(scheduling: SchedulingSettings, payloadBits: number): number {
  return delayBudgetSeconds(scheduling.delayBudget, payloadBits);
}

/**
 * The schedule of V [s^2]; undefined if each round is priced anew (`resolved`). The settings give V in units
 * of the squared delay budget: in the objective V * |S| - q * D the term q * D grows with the square of the
 * delays, so one setting weighs devices against delay equally for payloads of every size.
 */
export function scaledControlSchedule(
  scheduling: SchedulingSettings,
  budgetSeconds: number,
): ControlSchedule | undefined {
  const unit = budgetSeconds ** 2;
  const { controlV: given } = scheduling;
  if (given.kind === 'resolved') return undefined;
  return given.kind === 'list'
    ? { ...given, values: given.values.map((value) => value * unit) }
    : { ...given, initialV: given.initialV * unit };
}

/** Control settings of a run with this delay budget per round [s]. */
export function controlSettings(scheduling: SchedulingSettings, budgetSeconds: number): ControlSettings {
  return {
    initialQueue: scheduling.initialQueue,
    debtSeconds: scheduling.debt * budgetSeconds,
    contraction: scheduling.contraction,
    horizon: scheduling.horizon,
    schedule: scaledControlSchedule(scheduling, budgetSeconds),
  };
}
