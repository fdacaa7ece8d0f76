import * as z from 'zod';

/** How a learning rate changes over the rounds of a run. */
export const scheduleSettings = z
  .strictObject({
    kind: z
      .enum(['constant', 'linear', 'cosine'])
      .default('constant')
      .describe('course of the learning rate after the warm-up; linear and cosine fall towards 0'),
    warmUpRounds: z
      .int()
      .nonnegative()
      .max(100_000)
      .default(0)
      .describe('rounds in which the learning rate rises from 0 to its full value'),
  })
  .prefault({});

export type ScheduleSettings = z.output<typeof scheduleSettings>;

/**
 * Factor of the learning rate in a round, in (0, 1]. It depends on the round only, so a resumed run continues
 * as if it had not stopped.
 *
 * With w warm-up rounds of T: (t + 1) / w in the warm-up; after it 1, or with p = (t - w) / (T - w), 1 - p,
 * or (1 + cos(pi p)) / 2. The first full value is that of round w, and no round has 0.
 *
 * @param round Round, from 0.
 * @param rounds Number of rounds of the run.
 */
export function scheduleFactor(
  { kind, warmUpRounds }: ScheduleSettings,
  round: number,
  rounds: number,
): number {
  if (round < warmUpRounds) return (round + 1) / warmUpRounds;
  const progress = (round - warmUpRounds) / Math.max(1, rounds - warmUpRounds);
  switch (kind) {
    case 'constant':
      return 1;
    case 'linear':
      return 1 - progress;
    case 'cosine':
      return (1 + Math.cos(Math.PI * progress)) / 2;
  }
}
