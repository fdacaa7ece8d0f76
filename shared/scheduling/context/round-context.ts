import { ConfigError } from '#shared/errors.ts';

/** One value for each device. */
export type DeviceColumn = ArrayLike<number>;

/**
 * What the scheduler knows of each device when it plans a round, one column a fact. All of it comes from earlier rounds'
 * commits or from settings, never from a clock, so that plans are the same on every host. A column that a run or a round
 * does not have is left out, and a policy that needs it says so.
 */
export interface DeviceFacts {
  /** |D_n|, the examples it holds. */
  readonly examples?: DeviceColumn | undefined;
  /** Loss of its last mini-batch; infinite where it never answered. */
  readonly losses?: DeviceColumn | undefined;
  /** L2 norm of its last LoRA gradient; infinite where it never answered. */
  readonly gradientNorms?: DeviceColumn | undefined;
  /** Rounds since it was last scheduled, 1 for the round before; one more than the round's index where it never was. */
  readonly roundsSinceServed?: DeviceColumn | undefined;
  /** Exponential mean of the rate it was served at, 0 in rounds without it [bit/s]. */
  readonly meanRates?: DeviceColumn | undefined;
  /** Backlog of its energy queue: energy spent beyond its budget [J]. */
  readonly energyQueues?: DeviceColumn | undefined;
  /** Its own computing in a round, before and beside the radio [s]. */
  readonly computeSeconds?: DeviceColumn | undefined;
  /** Energy of that computing [J]. */
  readonly computeJoules?: DeviceColumn | undefined;
  /** The probability with which it joins a round. */
  readonly joinProbabilities?: DeviceColumn | undefined;
}

export type FactName = keyof DeviceFacts;

/** What policies need beside the problem. */
export interface RoundContext {
  /** Seed of the run; policies draw from the stream (seed, 'policy', round). */
  readonly seed: number;
  /** Index of the round, from 0. */
  readonly round: number;
  /** K, how many devices the policies of a fixed number schedule. */
  readonly deviceCount: number;
  /** V of the policy `energy`: what one more device is worth [J^2]. */
  readonly energyV?: number | undefined;
  readonly facts?: DeviceFacts | undefined;
}

const FACT_NAMES: Readonly<Record<FactName, string>> = {
  examples: 'the examples that each device holds',
  losses: 'the last loss of each device',
  gradientNorms: "the norm of each device's last gradient",
  roundsSinceServed: 'the rounds since each device was served',
  meanRates: "the mean of each device's rate",
  energyQueues: "each device's energy queue",
  computeSeconds: "each device's computing time",
  computeJoules: "the energy of each device's computing",
  joinProbabilities: 'the probability with which each device joins',
};

/**
 * A column that a policy needs, checked: one number for each device, none below 0 or not a number.
 *
 * @throws ConfigError naming the column that is missing, too short or out of range
 */
export function requireFact(
  policy: string,
  { facts }: Pick<RoundContext, 'facts'>,
  name: FactName,
  count: number,
): DeviceColumn {
  const column = facts?.[name];
  if (column === undefined) {
    throw new ConfigError(`needs ${FACT_NAMES[name]}, which this round does not have.`, {
      subject: `policy ${policy}`,
      remedy: `Give ${name}, one number for each device.`,
    });
  }
  if (column.length !== count) {
    throw new ConfigError(`has ${column.length} values for ${count} devices.`, {
      subject: name,
      remedy: 'Give one for each device.',
    });
  }
  for (let device = 0; device < count; device++) {
    if (column[device] >= 0) continue;
    throw new ConfigError(`is ${column[device]}; it must be a number of 0 or more.`, {
      subject: `${name}[${device}]`,
    });
  }
  return column;
}
