import * as z from 'zod';
import { DEFAULT_TIMEOUT_SECONDS, timeoutSetting } from '#shared/plugins/named-plugin.ts';
import { pluginSettings } from '#shared/plugins/plugin-record.ts';
import { pluginReference } from '#shared/plugins/plugin-reference-schema.ts';
import { type ControlSettings, HORIZONS, INITIAL_QUEUES } from './control/round-control.ts';
import { type ControlSchedule, controlSchedule } from './control-schedule.ts';
import { delayBudget, delayBudgetSeconds } from './delay-budget.ts';
import { POLICY_NAMES } from './policies/registry.ts';

/**
 * The policy `inverse-probability` weighs a gradient by 1/p: with a p near 0, one device would dominate the
 * sum.
 */
const joinProbability = z.number().min(1e-6).max(1);

/** Settings of round planning: policy, delay budget, control, and limits on the number of devices. */
export const schedulingSettings = z
  .strictObject({
    policy: z
      .union([z.enum(POLICY_NAMES), pluginReference])
      .default('set-expansion')
      .describe(
        'rule that schedules devices and splits the band; or a policy plug-in: a .ts or .js file, a package',
      ),
    policySettings: pluginSettings.optional().describe('settings of a policy plug-in, by its schema'),
    policyTimeoutSeconds: timeoutSetting
      .default(DEFAULT_TIMEOUT_SECONDS)
      .describe('time limit of a policy plug-in for each round'),
    delayBudget,
    controlV: controlSchedule,
    initialQueue: z
      .enum(INITIAL_QUEUES)
      .default('placeholder')
      .describe(
        "start of the virtual queue: placeholder, the backlog that corresponds to the price of delay by the budget, keeps the budget after any number of rounds; zero is the paper's start and does not",
      ),
    contraction: z
      .number()
      .min(0.1)
      .max(1)
      .default(1)
      .describe(
        'rho of Theorem 1: round t of T has the weight rho^(T-t), so that late rounds may take more of the delay; with 1 all weights are equal',
      ),
    horizon: z
      .enum(HORIZONS)
      .default('run')
      .describe(
        'rounds over which the price of delay spreads the remaining budget: run, all remaining rounds; unknown, for a run that may stop after any round',
      ),
    debt: z
      .number()
      .nonnegative()
      .max(1e9)
      .default(0.2)
      .describe('delay budgets by which the sum of the delays may exceed the sum of the budgets at any time'),
    minimumDevices: z
      .int()
      .nonnegative()
      .default(0)
      .describe('smallest number of scheduled devices in a round'),
    fairnessRounds: z
      .number()
      .min(1)
      .max(1e9)
      .default(10)
      .describe('number of rounds over which proportional-fair averages the rate of a device'),
    energyBudgetJoules: z
      .number()
      .positive()
      .max(1e12)
      .default(0.01)
      .describe('limit of the average energy of a device in a round, for the policy energy'),
    energyV: z
      .number()
      .positive()
      .max(1e30)
      .default(1)
      .describe('weight of one more device for the policy energy, in units of the squared energy budget'),
    joinProbabilities: z
      .union([joinProbability, z.array(joinProbability).min(1).readonly()])
      .optional()
      .describe(
        'probability with which a device joins a round of inverse-probability: one for all devices or one for each; by default devicesPerRound divided by the number of devices',
      ),
    devicesPerRound: z
      .int()
      .positive()
      .default(10)
      .describe('number of devices that policies with a fixed number schedule'),
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
 * The schedule of V [s^2]; undefined if each round sets its price (`resolved`). The settings give V in units
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
