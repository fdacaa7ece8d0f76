import type { Durability } from '#shared/cloud/ports/durability.ts';
import { KEY_SPACE, keyOf, kindOfKey, prefixOf } from './key-space.ts';

const DAY_MS = 86_400_000;

/** Shared by all runs with the same model, data and partition: named by the hash of what they hold. */
export const preparedKeys = {
  prefix: (hash: string) => `prepared/${hash}/`,
  deviceModel: (hash: string) => keyOf('deviceModel', { hash }),
  encoderModel: (hash: string) => keyOf('encoderModel', { hash }),
  /** A device's own examples: read by that device and by nothing else. */
  shard: (hash: string, device: number) => keyOf('shard', { hash, device }),
  testSet: (hash: string) => keyOf('testSet', { hash }),
  /** Says that everything above was written on this day (UTC) or later. */
  storedOn: (hash: string, timeMs: number) =>
    keyOf('storedOn', { hash, day: new Date(timeMs).toISOString().slice(0, 10) }),
};

/**
 * Runs share prepared parts up to this age. A bucket keeps parts this much longer than what a run leaves, so that the
 * last run to share them finds them for as long as it finds its own records.
 */
export const PREPARED_REUSE_DAYS = 30;

/** The whole days since the one that a key of `preparedKeys.storedOn` names; infinity for any other key. */
export function daysSinceStored(key: string, nowMs: number): number {
  const day = /\/stored-on\/(\d{4}-\d{2}-\d{2})$/.exec(key)?.[1];
  return day === undefined ? Number.POSITIVE_INFINITY : Math.floor((nowMs - Date.parse(day)) / DAY_MS);
}

/** The kinds of tensors that travel. */
export type PayloadKind = 'embeddings' | 'features' | 'gradients';

/**
 * The keys of a run's objects. Every object that a round writes is named by (run, round, device, kind), so that a
 * repeated effect writes the same key.
 */
export const runKeys = {
  /** Everything that a run keeps; payloads and answers, which end with their round, have prefixes of their own. */
  prefix: (run: string) => `runs/${run}/`,
  run: (run: string) => keyOf('run', { run }),
  control: (run: string) => keyOf('control', { run }),
  plan: (run: string, round: number) => keyOf('plan', { run, round }),
  answer: (run: string, round: number, device: number) => keyOf('answer', { run, round, device }),
  /** The answers of a round; of all rounds when none is given. */
  answers: (run: string, round?: number) =>
    round === undefined ? `answers/${run}/` : folderOf(keyOf('answer', { run, round, device: 0 })),
  closing: (run: string, round: number) => keyOf('closing', { run, round }),
  answered: (run: string, round: number) => keyOf('answered', { run, round }),
  commit: (run: string, round: number) => keyOf('commit', { run, round }),
  checkpoint: (run: string, rounds: number) => keyOf('checkpoint', { run, rounds }),
  head: (run: string, device: number, rounds: number) => keyOf('head', { run, device, rounds }),
  evaluation: (run: string, rounds: number) => keyOf('evaluation', { run, rounds }),
  failure: (run: string, epoch: number) => keyOf('failure', { run, epoch }),
  /** Tensors too large for a message; of no use once the round is committed. */
  payload: (run: string, round: number, device: number, kind: PayloadKind) =>
    keyOf(kind, { run, round, device }),
  payloads: (run: string, round: number) =>
    folderOf(folderOf(keyOf('embeddings', { run, round, device: 0 })).slice(0, -1)),
};

/** Everything of a key up to its last slash, which is included. */
function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** True for the parts of model and data that preparing a run makes, and can make again. */
export function isPreparedKey(key: string): boolean {
  const kind = kindOfKey(key);
  return kind !== undefined && prefixOf(kind) === 'prepared';
}

/** True for tensors on their way, of any run. */
export function isPayloadKey(key: string): boolean {
  const kind = kindOfKey(key);
  return kind !== undefined && prefixOf(kind) === 'payloads';
}

/** True for the objects from which the progress of a run is read: commits, tests and failures, of any run. */
export function isProgressKey(key: string): boolean {
  const kind = kindOfKey(key);
  return kind === 'commit' || kind === 'evaluation' || kind === 'failure';
}

/** What a power cut may do to an object. A key outside the key space is kept. */
export function durabilityOf(key: string): Durability {
  const kind = kindOfKey(key);
  return kind === undefined ? 'kept' : KEY_SPACE[kind].durability;
}

/** The device number that an answer's key ends with. */
export function deviceOfAnswerKey(key: string): number {
  return numberAtEnd(key);
}

/** The number of rounds that the key of a checkpoint, head or evaluation ends with. */
export function roundsOfKey(key: string): number {
  return numberAtEnd(key);
}

/** The number of the round that the folder of a plan, closing, commit or answer names. */
export function roundOfKey(key: string): number {
  const folder = folderOf(key).slice(0, -1);
  return numberAtEnd(folder);
}

function numberAtEnd(key: string): number {
  return Number.parseInt(key.slice(key.lastIndexOf('/') + 1), 10);
}
