import * as z from 'zod';
import { type ControlSettings, INITIAL_QUEUES } from './control/round-control.ts';
import { type ControlSchedule, controlSchedule } from './control-schedule.ts';
import { delayBudget, delayBudgetSeconds } from './delay-budget.ts';
import { POLICY_NAMES } from './policies/registry.ts';

/** A gradient weighs 1/p: probabilities that are nearly 0 would make one device's gradient the whole sum. */
const joinProbability = z.number().min(1e-6).max(1);

/** How rounds are planned: who takes part, how the band is split, and which average delay is kept. */
export const schedulingSettings = z
  .strictObject({
    policy: z
      .enum(POLICY_NAMES)
      .default('set-expansion')
      .describe('who takes part and how the band is split'),
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
 * Adds an issue where the scheduler could not plan a round of so many devices.
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
 * V's schedule in s^2; undefined where each round is priced anew. Settings give it in units of the squared budget, so that one setting trades devices against
 * delay alike for payloads of every size: V * |S| stands beside q * D, which grows as the square of delays.
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

/** How control prices delay in a run whose rounds have this budget. */
export function controlSettings(scheduling: SchedulingSettings, budgetSeconds: number): ControlSettings {
  return {
    initialQueue: scheduling.initialQueue,
    debtSeconds: scheduling.debt * budgetSeconds,
    contraction: scheduling.contraction,
    schedule: scaledControlSchedule(scheduling, budgetSeconds),
  };
}
