import * as z from 'zod';
import { type ControlSchedule, controlSchedule } from './control-schedule.ts';
import { delayBudget, delayBudgetSeconds } from './delay-budget.ts';
import { POLICY_NAMES } from './round-plan.ts';

/** How rounds are planned: who takes part, how the band is split, and which average delay is kept. */
export const schedulingSettings = z
  .strictObject({
    policy: z
      .enum(POLICY_NAMES)
      .default('set-expansion')
      .describe('who takes part and how the band is split'),
    delayBudget,
    controlV: controlSchedule,
    minimumDevices: z.int().nonnegative().default(0).describe('the fewest devices a round may have'),
    devicesPerRound: z.int().positive().default(10).describe('how many devices random and round-robin take'),
  })
  .prefault({});

export type SchedulingSettings = z.output<typeof schedulingSettings>;

/**
 * Adds an issue where the scheduler could not plan a round of so many devices.
 *
 * @param at path of the scheduling settings in the settings that are checked
 */
export function checkSchedulingDevices(
  { minimumDevices }: SchedulingSettings,
  deviceCount: number,
  context: z.RefinementCtx,
  at: readonly string[],
): void {
  if (minimumDevices <= deviceCount) return;
  context.addIssue({
    code: 'custom',
    path: [...at, 'minimumDevices'],
    message: `must not be above the number of devices, ${deviceCount}`,
  });
}

/** D_budget of a round [s] for a payload of L bits. */
export function roundBudgetSeconds(scheduling: SchedulingSettings, payloadBits: number): number {
  return delayBudgetSeconds(scheduling.delayBudget, payloadBits);
}

/**
 * V's schedule in s^2. Settings give it in units of the squared budget, so that one setting trades devices against
 * delay alike for payloads of every size: V * |S| stands beside q * D, which grows as the square of delays.
 */
export function scaledControlSchedule(
  scheduling: SchedulingSettings,
  budgetSeconds: number,
): ControlSchedule {
  const unit = budgetSeconds ** 2;
  const { controlV: given } = scheduling;
  return given.kind === 'list'
    ? { ...given, values: given.values.map((value) => value * unit) }
    : { ...given, initialV: given.initialV * unit };
}
