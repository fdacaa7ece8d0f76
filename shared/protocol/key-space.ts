import type { Durability } from '#shared/cloud/ports/durability.ts';
import { namesOf } from '#shared/names-of.ts';
import type { FunctionName } from './message.ts';

/**
 * How long the objects below a prefix are kept:
 * - `round`: needed until their round is committed;
 * - `run`: the lasting records and results of a run;
 * - `sharedByRuns`: model and data, which several runs read.
 */
export type Retention = 'round' | 'run' | 'sharedByRuns';

/**
 * The first part of every key, with the retention of the objects below it. Retention depends on the first
 * part only, because lifecycle rules of a bucket select objects by the beginning of their keys.
 */
export const KEY_PREFIXES = {
  payloads: 'round',
  answers: 'round',
  runs: 'run',
  prepared: 'sharedByRuns',
} as const satisfies Readonly<Record<string, Retention>>;

export type KeyPrefix = keyof typeof KEY_PREFIXES;

/**
 * One kind of object: the form of its keys, its durability, and the functions that may read and write it. The
 * command line may read and write every kind.
 */
export interface ObjectKind {
  /**
   * Key of the kind, `/`-separated. A name in braces is a placeholder for a value; numbers are padded with
   * zeros to six digits.
   */
  readonly template: `${KeyPrefix}/${string}`;
  readonly durability: Durability;
  readonly readBy: readonly FunctionName[];
  /**
   * Functions that write the kind. A writer may also read it: a conditional put that finds an object reads
   * that object.
   */
  readonly writtenBy: readonly FunctionName[];
}

/**
 * All kinds of objects. No object is stored under any other key. Key functions, access of the functions on
 * AWS, lifecycle rules of the bucket, and the order in which files are forced to the disk derive from this
 * table.
 */
export const KEY_SPACE = {
  deviceModel: {
    template: 'prepared/{hash}/device-model.safetensors',
    durability: 'remade',
    readBy: ['device', 'encoder'],
    writtenBy: [],
  },
  encoderModel: {
    template: 'prepared/{hash}/encoder-model.safetensors',
    durability: 'remade',
    readBy: ['encoder'],
    writtenBy: [],
  },
  /** The training examples of one device. */
  shard: {
    template: 'prepared/{hash}/shards/{device}.safetensors',
    durability: 'remade',
    readBy: ['device'],
    writtenBy: [],
  },
  testSet: {
    template: 'prepared/{hash}/test-set.safetensors',
    durability: 'remade',
    readBy: ['encoder'],
    writtenBy: [],
  },
  /** Marker: all prepared parts of this hash were written on this day (UTC) or later. */
  storedOn: {
    template: 'prepared/{hash}/stored-on/{day}',
    durability: 'remade',
    readBy: [],
    writtenBy: [],
  },
  run: {
    template: 'runs/{run}/run.json',
    durability: 'committing',
    readBy: ['scheduler', 'device', 'encoder'],
    writtenBy: [],
  },
  /** Whether the run continues, and in which epoch. It is the only object of a run that is ever replaced. */
  control: {
    template: 'runs/{run}/control.json',
    durability: 'kept',
    readBy: ['scheduler', 'encoder'],
    writtenBy: [],
  },
  plan: {
    template: 'runs/{run}/rounds/{round}/plan.json',
    durability: 'remade',
    readBy: ['encoder'],
    writtenBy: ['scheduler'],
  },
  commit: {
    template: 'runs/{run}/rounds/{round}/commit.json',
    durability: 'committing',
    readBy: ['encoder'],
    writtenBy: ['scheduler'],
  },
  /** The devices whose answers count in the round. */
  closing: {
    template: 'runs/{run}/rounds/{round}/closing.json',
    durability: 'remade',
    readBy: ['scheduler'],
    writtenBy: ['encoder'],
  },
  /** Loss and gradient norm of each device whose answer counts. */
  answered: {
    template: 'runs/{run}/rounds/{round}/answered.json',
    durability: 'remade',
    readBy: ['scheduler'],
    writtenBy: ['encoder'],
  },
  /** A device's head after this many rounds. */
  head: {
    template: 'runs/{run}/heads/{device}/{rounds}.safetensors',
    durability: 'kept',
    readBy: ['encoder'],
    writtenBy: ['device'],
  },
  /** LoRA parameters and optimiser state after this many rounds. */
  checkpoint: {
    template: 'runs/{run}/checkpoints/{rounds}.safetensors',
    durability: 'kept',
    readBy: [],
    writtenBy: ['encoder'],
  },
  evaluation: {
    template: 'runs/{run}/evaluations/{rounds}.json',
    durability: 'kept',
    readBy: [],
    writtenBy: ['encoder'],
  },
  /** Why an epoch of the run ended before its last round. */
  failure: {
    template: 'runs/{run}/failures/{epoch}.json',
    durability: 'kept',
    readBy: [],
    writtenBy: ['scheduler', 'device', 'encoder'],
  },
  /** A device's answer: LoRA gradient, loss, counts and timeline. */
  answer: {
    template: 'answers/{run}/{round}/{device}.safetensors',
    durability: 'remade',
    readBy: [],
    writtenBy: ['encoder'],
  },
  embeddings: {
    template: 'payloads/{run}/{round}/{device}/embeddings.safetensors',
    durability: 'remade',
    readBy: ['encoder'],
    writtenBy: ['device'],
  },
  features: {
    template: 'payloads/{run}/{round}/{device}/features.safetensors',
    durability: 'remade',
    readBy: ['device'],
    writtenBy: ['encoder'],
  },
  gradients: {
    template: 'payloads/{run}/{round}/{device}/gradients.safetensors',
    durability: 'remade',
    readBy: ['encoder'],
    writtenBy: ['device'],
  },
} as const satisfies Readonly<Record<string, ObjectKind>>;

export type ObjectKindName = keyof typeof KEY_SPACE;

type Placeholder<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/** Values for the placeholders of a template. */
export type KeyNames<Kind extends ObjectKindName> = {
  readonly [Name in Placeholder<(typeof KEY_SPACE)[Kind]['template']>]: string | number;
};

/** The key of one object. Numbers are padded with zeros so that keys sort in numerical order. */
export function keyOf<Kind extends ObjectKindName>(kind: Kind, names: KeyNames<Kind>): string {
  const values = new Map(Object.entries<string | number>(names));
  return KEY_SPACE[kind].template.replaceAll(/\{(\w+)\}/g, (_braces, name: string) => {
    const value = values.get(name) ?? '';
    return typeof value === 'number' ? String(value).padStart(6, '0') : value;
  });
}

/** The kind of object that a key belongs to; undefined for a key outside the key space. */
export function kindOfKey(key: string): ObjectKindName | undefined {
  return PATTERNS.find(([, pattern]) => pattern.test(key))?.[0];
}

/** A pattern for all keys of a kind in IAM's syntax: `*` matches any characters, slashes included. */
export function keyWildcard(kind: ObjectKindName): string {
  return KEY_SPACE[kind].template
    .split('/')
    .map((part) => (part.includes('{') ? '*' : part))
    .join('/')
    .replaceAll(/\*(\/\*)+/g, '*');
}

const PATTERNS = objectKinds().map((kind) => {
  const pattern = KEY_SPACE[kind].template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
  return [kind, new RegExp(`^${pattern}$`)] as const;
});

/** The names of all kinds, in the order of the table. */
export function objectKinds(): readonly ObjectKindName[] {
  return namesOf(KEY_SPACE);
}

/** The prefix of a kind's keys. */
export function prefixOf(kind: ObjectKindName): KeyPrefix {
  const { template } = KEY_SPACE[kind];
  for (const prefix of keyPrefixes()) if (template.startsWith(`${prefix}/`)) return prefix;
  throw new TypeError(`${template} begins with no prefix of the key space.`);
}

/** All prefixes, in the order of the table. */
export function keyPrefixes(): readonly KeyPrefix[] {
  return namesOf(KEY_PREFIXES);
}
