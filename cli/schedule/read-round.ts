import { buffer } from 'node:stream/consumers';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { quoted } from '#shared/quoted.ts';
import type { DeviceFacts, FactName } from '#shared/scheduling/context/round-context.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { decodeText, readTextFile } from '#shared/text-file.ts';

const REQUIRED = [
  'bandwidthHz',
  'noiseWattsPerHz',
  'powerWatts',
  'payloadBits',
  'channelGain',
  'delayBudgetSeconds',
  'controlV',
  'queueSeconds',
] as const;
const OPTIONAL = ['minimumDevices', 'delayLimitSeconds'] as const;
/** What is known of each device, for the policies that ask for it: lists of numbers, null for a device that never said. */
const FACTS = [
  'examples',
  'losses',
  'gradientNorms',
  'roundsSinceServed',
  'meanRates',
  'energyQueues',
  'computeSeconds',
  'computeJoules',
  'joinProbabilities',
] as const satisfies readonly FactName[];

/** A round read from outside, and what about it deserves a word. */
export interface RoundInput {
  readonly problem: RoundProblem;
  readonly facts: DeviceFacts;
  readonly warnings: readonly string[];
}

/** The text of a file, or of standard input for `-`. @throws ConfigError naming the file */
export async function readRoundText(path: string, stdin: NodeJS.ReadableStream): Promise<string> {
  try {
    return path === '-' ? decodeText(await buffer(stdin)) : await readTextFile(path);
  } catch (cause) {
    throw new ConfigError('cannot be read.', {
      subject: path,
      remedy: 'Give a JSON file with one round, or - for standard input.',
      cause,
    });
  }
}

/**
 * One round from JSON text. Checks that every key is there with the right type; the numbers themselves are checked
 * by the planner. Keys that mean nothing here are passed over with a warning.
 *
 * @throws ConfigError naming the key, and for a missing one the key that may be its misspelling
 */
export function parseRound(json: string, subject: string): RoundInput {
  const value = parseJson(json, subject);
  const known: readonly string[] = [...REQUIRED, ...OPTIONAL, ...FACTS];
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  for (const key of REQUIRED) {
    if (key in value) continue;
    const meant = nearestName(key, unknown);
    throw new ConfigError(`${key} is missing.`, {
      subject,
      remedy: meant === undefined ? `A round has ${REQUIRED.join(', ')}.` : `Is ${meant} meant to be it?`,
    });
  }
  const { minimumDevices, delayLimitSeconds } = value;
  const problem: RoundProblem = {
    bandwidthHz: numberAt(value, 'bandwidthHz', subject),
    noiseWattsPerHz: numberAt(value, 'noiseWattsPerHz', subject),
    powerWatts: Array.isArray(value.powerWatts)
      ? numbersAt(value, 'powerWatts', subject)
      : numberAt(value, 'powerWatts', subject),
    payloadBits: numberAt(value, 'payloadBits', subject),
    channelGain: numbersAt(value, 'channelGain', subject),
    delayBudgetSeconds: numberAt(value, 'delayBudgetSeconds', subject),
    controlV: numberAt(value, 'controlV', subject),
    queueSeconds: numberAt(value, 'queueSeconds', subject),
    ...(delayLimitSeconds === undefined
      ? {}
      : { delayLimitSeconds: numberAt(value, 'delayLimitSeconds', subject) }),
    ...(minimumDevices === undefined ? {} : { minimumDevices: numberAt(value, 'minimumDevices', subject) }),
  };
  const warnings =
    unknown.length === 0 ? [] : [`${subject}: passed over ${unknown.join(', ')}, which no policy uses.`];
  return { problem, facts: factsOf(value, subject), warnings };
}

function factsOf(value: JsonObject, subject: string): DeviceFacts {
  const column = (name: FactName) => (value[name] === undefined ? undefined : factAt(value, name, subject));
  return Object.fromEntries(FACTS.map((name) => [name, column(name)]));
}

/** A column of facts; null stands for a device that never said, and is infinite. */
function factAt(value: JsonObject, key: string, subject: string): readonly number[] {
  const found = value[key];
  if (!Array.isArray(found)) throw notNumber(key, found, subject);
  return found.map((entry: unknown, index) => {
    if (entry === null) return Number.POSITIVE_INFINITY;
    if (typeof entry === 'number') return entry;
    throw notNumber(`${key}[${index}]`, entry, subject);
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseJson(json: string, subject: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ConfigError(`is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      subject,
      remedy: 'Give one round as a JSON object; `airtune channel` prints one.',
      cause,
    });
  }
  if (isObject(value)) return value;
  throw new ConfigError('is not one round.', {
    subject,
    remedy: 'Give a JSON object; of a list of rounds, one at a time.',
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberAt(value: JsonObject, key: string, subject: string): number {
  const found = value[key];
  if (typeof found === 'number') return found;
  throw notNumber(key, found, subject);
}

function numbersAt(value: JsonObject, key: string, subject: string): readonly number[] {
  const found = value[key];
  if (!Array.isArray(found)) throw notNumber(key, found, subject);
  return found.map((entry: unknown, index) => {
    if (typeof entry === 'number') return entry;
    throw notNumber(`${key}[${index}]`, entry, subject);
  });
}

function notNumber(key: string, found: unknown, subject: string): ConfigError {
  return new ConfigError(`${key} is ${quoted(found)}.`, {
    subject,
    remedy: key === 'channelGain' ? 'Give a list of numbers, one per device.' : 'Give a number.',
  });
}
