import * as z from 'zod';

/**
 * Pairs of settings for the same quantity in two units. When settings are merged, a given one removes the
 * other of its pair.
 */
export const DELAY_BUDGET_ALTERNATIVES = [['secondsPerRound', 'secondsPerBit']] as const;

const DEFAULT_SECONDS_PER_BIT = 1e-7;

/**
 * Upper limit of the average delay: seconds per round or, as in the paper, seconds per payload bit, D_budget
 * / L (the paper's "ms per bit" divided by 1000).
 */
export const delayBudget = z
  .strictObject({
    secondsPerRound: z
      .number()
      .min(1e-9)
      .max(1e9)
      .optional()
      .describe('limit of the average radio delay of a round'),
    secondsPerBit: z
      .number()
      .min(1e-18)
      .max(1)
      .optional()
      .describe(
        `the same for each bit of the payload, D / L; ${DEFAULT_SECONDS_PER_BIT} if neither is given`,
      ),
  })
  .refine(
    ({ secondsPerRound, secondsPerBit }) => secondsPerRound === undefined || secondsPerBit === undefined,
    {
      path: ['secondsPerRound'],
      message: 'is given beside secondsPerBit, which is the same in another unit: give one of them',
    },
  )
  .transform(({ secondsPerRound, secondsPerBit }) =>
    secondsPerRound === undefined
      ? { secondsPerBit: secondsPerBit ?? DEFAULT_SECONDS_PER_BIT }
      : { secondsPerRound },
  )
  .prefault({});

export type DelayBudget = z.output<typeof delayBudget>;

/** D_budget of a round [s] for a payload of L bits. */
export function delayBudgetSeconds(budget: DelayBudget, payloadBits: number): number {
  return 'secondsPerRound' in budget ? budget.secondsPerRound : budget.secondsPerBit * payloadBits;
}
