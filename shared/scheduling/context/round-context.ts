import { ConfigError } from '#shared/errors.ts';
import { namesOf } from '#shared/names-of.ts';

/** One value for each device. */
export type DeviceColumn = ArrayLike<number>;

/**
 * The scheduler's facts of each device when it plans a round, one column per fact. All facts come from the
 * commits of earlier rounds or from settings, never from a clock, so that plans are the same on every host. A
 * column that a run or a round does not have is left out; a policy that needs it throws.
 */
export interface DeviceFacts {
  /** |D_n|, the number of examples that the device holds. */
  readonly examples?: DeviceColumn | undefined;
  /** Loss of its last mini-batch; infinite if it never answered. */
  readonly losses?: DeviceColumn | undefined;
  /** L2 norm of its last LoRA gradient; infinite if it never answered. */
  readonly gradientNorms?: DeviceColumn | undefined;
  /**
   * Rounds since it was last scheduled: 1 if in the round before; the round's index plus 1 if it never was.
   */
  readonly roundsSinceServed?: DeviceColumn | undefined;
  /** Exponential mean of its rate [bit/s], with a rate of 0 in rounds in which it was not scheduled. */
  readonly meanRates?: DeviceColumn | undefined;
  /** Backlog of its energy queue [J]: energy spent beyond its budget. */
  readonly energyQueues?: DeviceColumn | undefined;
  /** Its computing time in a round [s]. Delays its messages in addition to the radio. */
  readonly computeSeconds?: DeviceColumn | undefined;
  /** Energy of that computing [J]. */
  readonly computeJoules?: DeviceColumn | undefined;
  /** The probability that it joins a round. */
  readonly joinProbabilities?: DeviceColumn | undefined;
}

export type FactName = keyof DeviceFacts;

/** Inputs of a policy in addition to the problem. */
export interface RoundContext {
  /** Seed of the run; policies draw from the stream (seed, 'policy', round). */
  readonly seed: number;
  /** Index of the round, from 0. */
  readonly round: number;
  /** K, the number of devices that policies of a fixed number schedule. */
  readonly deviceCount: number;
  /** V of the policy `energy` [J^2]: the weight of one more device. */
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

export function isFactName(name: unknown): name is FactName {
  return typeof name === 'string' && Object.hasOwn(FACT_NAMES, name);
}

/** The names of all facts. */
export const ALL_FACTS: readonly FactName[] = namesOf(FACT_NAMES);

/**
 * A column that a policy needs, checked: one number of 0 or more for each device.
 *
 * @throws ConfigError naming the column that is missing, of another length or out of range
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
