import type { Durability } from '#shared/cloud/ports/durability.ts';
import { KEY_PREFIXES, KEY_SPACE, keyOf, kindOfKey, prefixOf, type Retention } from './key-space.ts';

const DAY_MS = 86_400_000;

/**
 * Keys of prepared parts, which all runs with the same model, data and partition share. `hash` is the hash of
 * their contents.
 */
export const preparedKeys = {
  prefix: (hash: string) => `prepared/${hash}/`,
  deviceModel: (hash: string) => keyOf('deviceModel', { hash }),
  encoderModel: (hash: string) => keyOf('encoderModel', { hash }),
  /** The training examples of one device; no other device reads them. */
  shard: (hash: string, device: number) => keyOf('shard', { hash, device }),
  testSet: (hash: string) => keyOf('testSet', { hash }),
  /** Marker: all parts above were written on this day (UTC) or later. */
  storedOn: (hash: string, timeMs: number) =>
    keyOf('storedOn', { hash, day: new Date(timeMs).toISOString().slice(0, 10) }),
};

/**
 * Maximum age at which a new run reuses prepared parts. [days] A bucket keeps parts this number of days
 * longer than the records of a run, so that a run that starts on the last day can read them as long as its
 * own records.
 */
export const PREPARED_REUSE_DAYS = 30;

/** Whole days since the day in a key of `preparedKeys.storedOn`; infinity for any other key. */
export function daysSinceStored(key: string, nowMs: number): number {
  const day = /\/stored-on\/(\d{4}-\d{2}-\d{2})$/.exec(key)?.[1];
  return day === undefined ? Number.POSITIVE_INFINITY : Math.floor((nowMs - Date.parse(day)) / DAY_MS);
}

/** Kinds of tensors that messages carry or refer to. */
export type PayloadKind = 'embeddings' | 'features' | 'gradients';

/**
 * The keys of a run's objects. Run, round, device and kind determine the key of every object that a round
 * writes, so repeated work writes to the same key.
 */
export const runKeys = {
  /**
   * Prefix of the objects that a run keeps. Payloads and answers are deleted after their round and have other
   * prefixes.
   */
  prefix: (run: string) => `runs/${run}/`,
  run: (run: string) => keyOf('run', { run }),
  control: (run: string) => keyOf('control', { run }),
  plan: (run: string, round: number) => keyOf('plan', { run, round }),
  answer: (run: string, round: number, device: number) => keyOf('answer', { run, round, device }),
  /** Prefix of the answers of a round, or of all rounds when no round is given. */
  answers: (run: string, round?: number) =>
    round === undefined ? `answers/${run}/` : folderOf(keyOf('answer', { run, round, device: 0 })),
  closing: (run: string, round: number) => keyOf('closing', { run, round }),
  answered: (run: string, round: number) => keyOf('answered', { run, round }),
  commit: (run: string, round: number) => keyOf('commit', { run, round }),
  checkpoint: (run: string, rounds: number) => keyOf('checkpoint', { run, rounds }),
  head: (run: string, device: number, rounds: number) => keyOf('head', { run, device, rounds }),
  evaluation: (run: string, rounds: number) => keyOf('evaluation', { run, rounds }),
  failure: (run: string, epoch: number) => keyOf('failure', { run, epoch }),
  /**
   * A payload that is a stored object, because it is too large for its message or because it holds
   * embeddings. Not needed after the round is committed.
   */
  payload: (run: string, round: number, device: number, kind: PayloadKind) =>
    keyOf(kind, { run, round, device }),
  payloads: (run: string, round: number) =>
    folderOf(folderOf(keyOf('embeddings', { run, round, device: 0 })).slice(0, -1)),
};

/** The key up to and including its last slash. */
function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** How long the object with this key is kept; `run` for a key outside the key space. */
export function retentionOf(key: string): Retention {
  const kind = kindOfKey(key);
  return kind === undefined ? 'run' : KEY_PREFIXES[prefixOf(kind)];
}

/** True for commits, evaluations and failures of any run: the objects that show its progress. */
export function isProgressKey(key: string): boolean {
  const kind = kindOfKey(key);
  return kind === 'commit' || kind === 'evaluation' || kind === 'failure';
}

/** Durability of the object with this key; `kept` for a key outside the key space. */
export function durabilityOf(key: string): Durability {
  const kind = kindOfKey(key);
  return kind === undefined ? 'kept' : KEY_SPACE[kind].durability;
}

/** The device number at the end of an answer's key. */
export function deviceOfAnswerKey(key: string): number {
  return numberAtEnd(key);
}

/** The number of rounds at the end of a key of a checkpoint, head or evaluation. */
export function roundsOfKey(key: string): number {
  return numberAtEnd(key);
}

/** The round number in the key of a plan, closing, commit, answer, or of a round's `answered.json`. */
export function roundOfKey(key: string): number {
  const folder = folderOf(key).slice(0, -1);
  return numberAtEnd(folder);
}

function numberAtEnd(key: string): number {
  return Number.parseInt(key.slice(key.lastIndexOf('/') + 1), 10);
}
