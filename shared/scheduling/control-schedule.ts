import * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';

const kind =
  'course of V over the rounds; resolved: each round sets the price of delay from the remaining budget';

/**
 * V in units of the squared delay budget. At 1e-30 practically only the delay counts in the objective, at
 * 1e30 only the number of devices.
 */
const weight = z.number().min(1e-30).max(1e30);
const initialV = weight.describe('V of the first round, in units of the squared delay budget');

/**
 * The sequence of the control parameter V_t over the rounds. The paper asks for a positive, descending
 * sequence: with a small V in late rounds, the queue falls before the run ends.
 */
export const controlSchedule = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('resolved').describe(kind) }),
    z.strictObject({ kind: z.literal('constant').describe(kind), initialV }),
    /** V_t = initialV * ratio^t. */
    z.strictObject({
      kind: z.literal('geometric').describe(kind),
      initialV,
      ratio: z.number().positive().max(1).describe('V falls by this factor each round'),
    }),
    /** V_t = initialV / (1 + decay*t). */
    z.strictObject({
      kind: z.literal('harmonic').describe(kind),
      initialV,
      decay: z.number().nonnegative().max(1e30).describe('V falls as 1 / (1 + decay * round)'),
    }),
    /** V_t = values[t]; the last value holds for all later rounds. */
    z.strictObject({
      kind: z.literal('list').describe(kind),
      values: z
        .array(weight)
        .min(1)
        .max(100_000)
        .readonly()
        .superRefine(neverRising)
        .describe('V of each round, never rising; the last one holds for all later rounds'),
    }),
  ])
  .default({ kind: 'resolved' });

/** A sequence of V_t. */
export type ControlSchedule = Exclude<z.output<typeof controlSchedule>, { kind: 'resolved' }>;

function neverRising(values: readonly number[], context: z.RefinementCtx): void {
  const round = values.findIndex((value, index) => index > 0 && value > values[index - 1]);
  if (round < 0) return;
  context.addIssue({
    code: 'custom',
    path: [round],
    message: `must not be above the ${values[round - 1]} of the round before: V never rises`,
  });
}

/**
 * V_t of a round, counted from 0.
 *
 * @throws ConfigError for a round that is not a whole number of 0 or more
 */
export function controlV(schedule: ControlSchedule, round: number): number {
  if (!(Number.isInteger(round) && round >= 0)) {
    throw new ConfigError(`is ${round}.`, {
      subject: 'round',
      remedy: 'Rounds are whole numbers from 0.',
    });
  }
  // V of a long geometric schedule may underflow to 0, but V must be positive.
  return Math.max(valueOfRound(schedule, round), Number.MIN_VALUE);
}

function valueOfRound(schedule: ControlSchedule, round: number): number {
  switch (schedule.kind) {
    case 'constant':
      return schedule.initialV;
    case 'geometric':
      return schedule.initialV * schedule.ratio ** round;
    case 'harmonic':
      return schedule.initialV / (1 + schedule.decay * round);
    case 'list':
      return schedule.values[Math.min(round, schedule.values.length - 1)];
  }
}
