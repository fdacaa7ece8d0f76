import { buffer } from 'node:stream/consumers';
import { AirtuneError, ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { readRegularText } from '#shared/read-file.ts';
import type { DeviceFacts, FactName } from '#shared/scheduling/context/round-context.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { decodeText } from '#shared/text-file.ts';

/**
 * Largest accepted number. Real bands, payloads, weights and backlogs are smaller; sums and products stay
 * finite.
 */
const LARGEST = 1e30;

const REQUIRED = [
  'bandwidthHz',
  'noiseWattsPerHz',
  'powerWatts',
  'payloadBits',
  'channelGain',
  'delayBudgetSeconds',
  'controlV',
  'queueSeconds',
] as const satisfies readonly (keyof RoundProblem)[];

const OPTIONAL = ['minimumDevices', 'delayLimitSeconds'] as const satisfies readonly (keyof RoundProblem)[];

/** Every fact, so that a new one is missed by the compiler here. */
const FACTS: Readonly<Record<FactName, true>> = {
  examples: true,
  losses: true,
  gradientNorms: true,
  roundsSinceServed: true,
  meanRates: true,
  energyQueues: true,
  computeSeconds: true,
  computeJoules: true,
  joinProbabilities: true,
};

const KEYS: readonly string[] = [...REQUIRED, ...OPTIONAL, ...Object.keys(FACTS)];

/** A parsed round, and warnings about it. */
export interface RoundInput {
  readonly problem: RoundProblem;
  readonly facts: DeviceFacts;
  readonly warnings: readonly string[];
}

/** Reads the text of a file, or standard input for `-`. @throws ConfigError naming the file. */
export async function readRoundText(path: string, stdin: NodeJS.ReadableStream): Promise<string> {
  try {
    return path === '-' ? decodeText(await buffer(stdin)) : await readRegularText(path, ConfigError);
  } catch (cause) {
    if (cause instanceof AirtuneError) throw cause;
    throw new ConfigError('cannot be read.', {
      subject: path,
      remedy: 'Give a JSON file with one round, or - for standard input.',
      cause,
    });
  }
}

/**
 * Parses one round from JSON text. Signs and zeros are checked by the planner, for all its callers. Keys that
 * no policy uses are ignored with a warning. Written without a schema library, whose import would take half
 * of the time of `airtune schedule`.
 *
 * @throws ConfigError naming the key; for a missing key, also a key that may be its misspelling.
 */
export function parseRound(json: string, subject: string): RoundInput {
  const value = parseObject(json, subject);
  const unknown = Object.keys(value).filter((key) => !KEYS.includes(key));
  for (const key of REQUIRED) if (!Object.hasOwn(value, key)) throw missingKey(key, unknown, subject);
  const fields = new Map<string, unknown>(Object.entries(value));
  const number = (key: keyof RoundProblem): number => quantity(fields.get(key), key, subject, ONE);
  const power = fields.get('powerWatts');
  const problem: RoundProblem = {
    bandwidthHz: number('bandwidthHz'),
    noiseWattsPerHz: number('noiseWattsPerHz'),
    powerWatts: Array.isArray(power) ? column(power, 'powerWatts', subject, quantity) : number('powerWatts'),
    payloadBits: number('payloadBits'),
    channelGain: column(fields.get('channelGain'), 'channelGain', subject, quantity),
    delayBudgetSeconds: number('delayBudgetSeconds'),
    controlV: number('controlV'),
    queueSeconds: number('queueSeconds'),
    ...(fields.has('minimumDevices') ? { minimumDevices: number('minimumDevices') } : {}),
    ...(fields.has('delayLimitSeconds') ? { delayLimitSeconds: number('delayLimitSeconds') } : {}),
  };
  const facts: DeviceFacts = Object.fromEntries(
    Object.keys(FACTS).flatMap((key) =>
      fields.has(key) ? [[key, column(fields.get(key), key, subject, reported)]] : [],
    ),
  );
  const warnings =
    unknown.length === 0 ? [] : [`${subject}: passed over ${unknown.join(', ')}, which no policy uses.`];
  return { problem, facts, warnings };
}

const ONE = 'Give a finite number.';
const LIST = 'Give a list of finite numbers, one per device.';

function quantity(value: unknown, place: string, subject: string, remedy: string): number {
  if (typeof value !== 'number') throw new ConfigError(`${place} is not a number.`, { subject, remedy });
  if (value <= LARGEST) return value;
  throw new ConfigError(`${place} is more than ${LARGEST}.`, { subject, remedy });
}

/** A fact of one device. Null means that the device never reported it; it becomes infinity. */
function reported(value: unknown, place: string, subject: string, remedy: string): number {
  return value === null ? Number.POSITIVE_INFINITY : quantity(value, place, subject, remedy);
}

/** One number for each device. */
function column(value: unknown, key: string, subject: string, entry: typeof quantity): readonly number[] {
  if (!Array.isArray(value)) throw new ConfigError(`${key} is not a list.`, { subject, remedy: LIST });
  return value.map((item, device) => entry(item, `${key}[${device}]`, subject, LIST));
}

function missingKey(key: string, unknown: readonly string[], subject: string): ConfigError {
  const meant = nearestName(key, unknown);
  const remedy = meant === undefined ? `A round has ${REQUIRED.join(', ')}.` : `Is ${meant} meant to be it?`;
  return new ConfigError(`${key} is missing.`, { subject, remedy });
}

function parseObject(json: string, subject: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ConfigError('is not JSON.', {
      subject,
      remedy: 'Give one round as a JSON object; `airtune channel` prints one.',
      cause,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ConfigError('is not one round.', {
    subject,
    remedy: 'Give a JSON object; of a list of rounds, one at a time.',
  });
}
