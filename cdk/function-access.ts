import { byFunction, receiversFrom } from '#shared/protocol/functions.ts';
import { KEY_SPACE, keyWildcard, type ObjectKind, objectKinds } from '#shared/protocol/key-space.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** What a function may do and nothing else; object keys are patterns as IAM reads them, `*` standing for anything. */
export interface FunctionAccess {
  readonly reads: readonly string[];
  /** Written, and read back: a write whose answer was lost looks whether the object is its own. */
  readonly writes: readonly string[];
  readonly sendsTo: readonly FunctionName[];
}

/** Access of each function: objects by the key space, queues by the routes of messages. */
export const FUNCTION_ACCESS: Readonly<Record<FunctionName, FunctionAccess>> = byFunction((name) => ({
  ...objectAccess(name),
  sendsTo: receiversFrom(name),
}));

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
