import { KEY_SPACE, keyWildcard, type ObjectKind, objectKinds } from '#shared/protocol/key-space.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** What a function may do and nothing else; object keys are patterns as IAM reads them, `*` standing for anything. */
export interface FunctionAccess {
  readonly reads: readonly string[];
  /** Written, and read back: a write whose answer was lost looks whether the object is its own. */
  readonly writes: readonly string[];
  readonly sendsTo: readonly FunctionName[];
}

/** Every function sends to its own queue too, to delay again what comes too early. */
export const FUNCTION_ACCESS: Readonly<Record<FunctionName, FunctionAccess>> = {
  scheduler: { ...objectAccess('scheduler'), sendsTo: ['scheduler', 'device', 'encoder'] },
  device: { ...objectAccess('device'), sendsTo: ['device', 'encoder'] },
  encoder: { ...objectAccess('encoder'), sendsTo: ['scheduler', 'device', 'encoder'] },
};

/**
 * The objects that the key space says a function reads and writes. A device function reads shards, and neither the test
 * set nor any checkpoint; the encoder sees embeddings and gradients, and no shard.
 */
function objectAccess(name: FunctionName): Pick<FunctionAccess, 'reads' | 'writes'> {
  const kinds = objectKinds().map((kind): [string, ObjectKind] => [keyWildcard(kind), KEY_SPACE[kind]]);
  return {
    reads: kinds.flatMap(([wildcard, { readBy }]) => (readBy.includes(name) ? [wildcard] : [])),
    writes: kinds.flatMap(([wildcard, { writtenBy }]) => (writtenBy.includes(name) ? [wildcard] : [])),
  };
}
