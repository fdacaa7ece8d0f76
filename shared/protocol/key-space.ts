import type { Durability } from '#shared/cloud/ports/durability.ts';
import type { FunctionName } from './message.ts';

/**
 * How long the objects below a prefix are kept:
 * - `round`: of use until their round is committed;
 * - `run`: what a run leaves behind;
 * - `sharedByRuns`: model and data, which several runs read.
 */
export type Retention = 'round' | 'run' | 'sharedByRuns';

/** The first names of all keys. A bucket's lifecycle rules select objects by the beginning of their keys only. */
export const KEY_PREFIXES = {
  payloads: 'round',
  answers: 'round',
  runs: 'run',
  prepared: 'sharedByRuns',
} as const satisfies Readonly<Record<string, Retention>>;

export type KeyPrefix = keyof typeof KEY_PREFIXES;

/** One kind of object: its keys, and the functions that read and write it. The command line may do either. */
export interface ObjectKind {
  /** `/`-separated; a part in braces stands for a name of the caller's, numbers padded to six digits. */
  readonly template: `${KeyPrefix}/${string}`;
  readonly durability: Durability;
  readonly readBy: readonly FunctionName[];
  /** A function may read what it writes: a conditional put that lost reads the object that stands. */
  readonly writtenBy: readonly FunctionName[];
}

/**
 * Every kind of object, and nothing is stored under other keys. Key functions, access of the functions on AWS, lifecycle
 * rules of the bucket, and the order in which files are forced to the disk derive from this table.
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
  /** One device's own examples. */
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
  /** The parts of this hash were all written on this day (UTC) or later. */
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
  /** Whether the run continues, and in which epoch. The only object of a run that is replaced. */
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
  /** Which answers make the round. */
  closing: {
    template: 'runs/{run}/rounds/{round}/closing.json',
    durability: 'remade',
    readBy: ['scheduler'],
    writtenBy: ['encoder'],
  },
  /** What the devices whose answers count said: loss and gradient norm of each. */
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
  /** What the encoder keeps of one device's part of the round: LoRA gradient, loss, timeline. */
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

/** Values for the braces of a template. */
export type KeyNames<Kind extends ObjectKindName> = {
  readonly [Name in Placeholder<(typeof KEY_SPACE)[Kind]['template']>]: string | number;
};

/** The key of one object. Numbers are padded, so that keys sort as their numbers do. */
export function keyOf<Kind extends ObjectKindName>(kind: Kind, names: KeyNames<Kind>): string {
  const values = new Map(Object.entries<string | number>(names));
  return KEY_SPACE[kind].template.replaceAll(/\{(\w+)\}/g, (_braces, name: string) => {
    const value = values.get(name) ?? '';
    return typeof value === 'number' ? String(value).padStart(6, '0') : value;
  });
}

/** The kind of object that is stored under a key; undefined for a key of none. */
export function kindOfKey(key: string): ObjectKindName | undefined {
  return PATTERNS.find(([, pattern]) => pattern.test(key))?.[0];
}

/** All keys of a kind as IAM writes them: `*` stands for any characters, slashes included. */
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
  return Object.keys(KEY_SPACE).filter((name): name is ObjectKindName => name in KEY_SPACE);
}

/** The first part of a kind's keys. */
export function prefixOf(kind: ObjectKindName): KeyPrefix {
  const { template } = KEY_SPACE[kind];
  for (const prefix of keyPrefixes()) if (template.startsWith(`${prefix}/`)) return prefix;
  throw new TypeError(`${template} begins with no prefix of the key space.`);
}

/** The first parts of all keys, in the order of the table. */
export function keyPrefixes(): readonly KeyPrefix[] {
  return Object.keys(KEY_PREFIXES).filter((name): name is KeyPrefix => name in KEY_PREFIXES);
}
