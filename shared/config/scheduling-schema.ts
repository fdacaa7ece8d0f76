import * as z from 'zod';
import { type ControlSettings, INITIAL_QUEUES } from '#shared/scheduling/control/round-control.ts';
import type { ControlSchedule } from '#shared/scheduling/control-schedule.ts';
import { delayBudgetSeconds } from '#shared/scheduling/delay-budget.ts';
import { POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';

const positive = z.number().positive();
const initialV = positive.describe('V of the first round, in units of the squared delay budget');

const controlV = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z
      .literal('resolved')
      .describe(
        'how V runs over the rounds; resolved: priced anew each round from what is left of the budget',
      ),
  }),
  z.strictObject({ kind: z.literal('constant').describe('how V runs over the rounds'), initialV }),
  z.strictObject({
    kind: z.literal('geometric').describe('how V runs over the rounds'),
    initialV,
    ratio: positive.max(1).describe('V falls by this factor each round'),
  }),
  z.strictObject({
    kind: z.literal('harmonic').describe('how V runs over the rounds'),
    initialV,
    decay: z.number().nonnegative().describe('V falls as 1 / (1 + decay * round)'),
  }),
  z.strictObject({
    kind: z.literal('list').describe('how V runs over the rounds'),
    values: z.array(positive).min(1).describe('V of each round, never rising; the last one holds on'),
  }),
]);

export const schedulingSchema = z.strictObject({
  policy: z.enum(POLICY_NAMES).default('set-expansion').describe('who takes part and how the band is split'),
  delayBudget: z
    .union([
      z.strictObject({ secondsPerRound: positive.describe('average radio delay of a round to keep to') }),
      z.strictObject({ secondsPerBit: positive.describe('the same for each bit of the payload, D / L') }),
    ])
    .default({ secondsPerBit: 1e-7 }),
  controlV: controlV.default({ kind: 'resolved' }),
  initialQueue: z
    .enum(INITIAL_QUEUES)
    .default('placeholder')
    .describe(
      'where the virtual queue starts: at the backlog that prices delay as the budget needs, which keeps the budget after any number of rounds, or at zero as in the paper, which does not',
    ),
  debt: z
    .number()
    .nonnegative()
    .default(0.2)
    .describe('by how many delay budgets the rounds together may be overdrawn at any time'),
  minimumDevices: z.int().nonnegative().default(0).describe('the fewest devices a round may have'),
  devicesPerRound: z.int().positive().default(10).describe('how many devices random and round-robin take'),
});

export type SchedulingConfig = z.output<typeof schedulingSchema>;

/** D_budget of a round [s] for a payload of L bits. */
export function roundBudgetSeconds(scheduling: SchedulingConfig, payloadBits: number): number {
  return delayBudgetSeconds(scheduling.delayBudget, payloadBits);
}

/**
 * V's schedule in s^2; undefined where each round is priced anew. Settings give it in units of the squared budget, so that one setting trades devices against
 * delay alike for payloads of every size: V * |S| stands beside q * D, which grows as the square of delays.
 */
export function controlSchedule(
  scheduling: SchedulingConfig,
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
export function controlSettings(scheduling: SchedulingConfig, budgetSeconds: number): ControlSettings {
  return {
    initialQueue: scheduling.initialQueue,
    debtSeconds: scheduling.debt * budgetSeconds,
    schedule: controlSchedule(scheduling, budgetSeconds),
  };
}
