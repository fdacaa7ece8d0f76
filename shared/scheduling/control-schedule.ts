import { ConfigError } from '#shared/errors.ts';

/**
 * How the control parameter V_t runs over the rounds. The paper asks for a positive, descending sequence: late rounds
 * weigh more in the convergence bound, and a small V late lets the queue drain in time.
 */
export type ControlSchedule =
  | { readonly kind: 'constant'; readonly initialV: number }
  /** V_t = initialV * ratio^t, 0 < ratio <= 1. */
  | { readonly kind: 'geometric'; readonly initialV: number; readonly ratio: number }
  /** V_t = initialV / (1 + decay*t), decay >= 0. */
  | { readonly kind: 'harmonic'; readonly initialV: number; readonly decay: number }
  /** V_t = values[t]; the last value holds for all later rounds. */
  | { readonly kind: 'list'; readonly values: readonly number[] };

/**
 * V_t of a round, counted from 0.
 *
 * @throws ConfigError unless the sequence is positive, finite and never rises
 */
export function controlV(schedule: ControlSchedule, round: number): number {
  validateControlSchedule(schedule);
  if (!(Number.isInteger(round) && round >= 0)) {
    throw new ConfigError(`is ${round}.`, {
      subject: 'round',
      remedy: 'Rounds are whole numbers from 0.',
    });
  }
  // A long geometric schedule may underflow; V has to stay positive.
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

/** Checks that a schedule is positive, finite and never rises. @throws ConfigError naming the setting */
export function validateControlSchedule(schedule: ControlSchedule): void {
  switch (schedule.kind) {
    case 'constant':
      requirePositive('controlV.initialV', schedule.initialV);
      return;
    case 'geometric':
      requirePositive('controlV.initialV', schedule.initialV);
      requirePositive('controlV.ratio', schedule.ratio);
      if (schedule.ratio > 1) {
        throw notDescending('controlV.ratio', `is ${schedule.ratio}`, 'Give a ratio of at most 1.');
      }
      return;
    case 'harmonic':
      requirePositive('controlV.initialV', schedule.initialV);
      if (!(Number.isFinite(schedule.decay) && schedule.decay >= 0)) {
        throw notDescending('controlV.decay', `is ${schedule.decay}`, 'Give a decay of 0 or more.');
      }
      return;
    case 'list':
      requireDescendingList(schedule.values);
  }
}

function requireDescendingList(values: readonly number[]): void {
  if (values.length === 0) {
    throw new ConfigError('is empty.', {
      subject: 'controlV.values',
      remedy: 'Give V of the first round at least.',
    });
  }
  values.forEach((value, round) => {
    requirePositive(`controlV.values[${round}]`, value);
    const before = values[round - 1];
    if (before !== undefined && value > before) {
      throw notDescending(
        `controlV.values[${round}]`,
        `is ${value}, after ${before}`,
        'Let V fall or stay from round to round.',
      );
    }
  });
}

function notDescending(subject: string, found: string, remedy: string): ConfigError {
  return new ConfigError(`${found}: V must not rise from round to round.`, { subject, remedy });
}

function requirePositive(subject: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new ConfigError(`is ${value}; V and its ratio are finite numbers above 0.`, { subject });
  }
}
