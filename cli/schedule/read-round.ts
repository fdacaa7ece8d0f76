import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
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
const quantity = z.number().max(LARGEST);

/** Schema of a round in JSON. The planner checks signs and zeros for all its callers. */
const roundSchema = z.object({
  bandwidthHz: quantity,
  noiseWattsPerHz: quantity,
  powerWatts: z.union([quantity, z.array(quantity)]),
  payloadBits: quantity,
  channelGain: z.array(quantity),
  delayBudgetSeconds: quantity,
  controlV: quantity,
  queueSeconds: quantity,
  minimumDevices: quantity.optional(),
  delayLimitSeconds: quantity.optional(),
});

/**
 * A column of facts, one number for each device. Null means that the device never reported it; it becomes
 * infinity.
 */
const fact = z.array(quantity.nullable().transform((value) => value ?? Number.POSITIVE_INFINITY)).optional();

/** Known facts about each device, for the policies that need them. */
const factsSchema = z.object({
  examples: fact,
  losses: fact,
  gradientNorms: fact,
  roundsSinceServed: fact,
  meanRates: fact,
  energyQueues: fact,
  computeSeconds: fact,
  computeJoules: fact,
  joinProbabilities: fact,
} satisfies Readonly<Record<FactName, z.ZodType>>);

const inputSchema = z.object({ ...roundSchema.shape, ...factsSchema.shape });

const KEYS = Object.keys(inputSchema.shape);
const REQUIRED = Object.entries(roundSchema.shape).flatMap(([key, { def }]) =>
  def.type === 'optional' ? [] : [key],
);

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
 * Parses one round from JSON text. Keys that no policy uses are ignored with a warning.
 *
 * @throws ConfigError naming the key; for a missing key, also a key that may be its misspelling.
 */
export function parseRound(json: string, subject: string): RoundInput {
  const value = parseObject(json, subject);
  const unknown = Object.keys(value).filter((key) => !KEYS.includes(key));
  const parsed = inputSchema.safeParse(value);
  if (!parsed.success) throw refusal(parsed.error.issues[0], value, unknown, subject);
  const warnings =
    unknown.length === 0 ? [] : [`${subject}: passed over ${unknown.join(', ')}, which no policy uses.`];
  return { problem: roundSchema.parse(value), facts: factsSchema.parse(value), warnings };
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

function refusal(
  { path, code }: z.core.$ZodIssue,
  value: object,
  unknown: readonly string[],
  subject: string,
): ConfigError {
  const key = String(path[0]);
  if (!Object.hasOwn(value, key)) {
    const meant = nearestName(key, unknown);
    const remedy =
      meant === undefined ? `A round has ${REQUIRED.join(', ')}.` : `Is ${meant} meant to be it?`;
    return new ConfigError(`${key} is missing.`, { subject, remedy });
  }
  const place = path.length > 1 ? `${key}[${String(path[1])}]` : key;
  const remedy =
    key === 'channelGain' || key in factsSchema.shape
      ? 'Give a list of finite numbers, one per device.'
      : 'Give a finite number.';
  const fault = code === 'too_big' ? `is more than ${LARGEST}` : 'is not a number';
  return new ConfigError(`${place} ${fault}.`, { subject, remedy });
}
