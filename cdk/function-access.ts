import { byFunction, type QueueName, queuesFrom } from '#shared/protocol/functions.ts';
import { KEY_SPACE, keyWildcard, type ObjectKind, objectKinds } from '#shared/protocol/key-space.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** Complete access of a function. Object keys are IAM patterns, in which `*` matches any text. */
export interface FunctionAccess {
  readonly reads: readonly string[];
  /**
   * Written and read: a conditional put that finds an object reads it, because it may be the function's own
   * after a lost response.
   */
  readonly writes: readonly string[];
  readonly sendsTo: readonly QueueName[];
}

/** Access of each function: objects by the key space, queues by the routes of messages. */
export const FUNCTION_ACCESS: Readonly<Record<FunctionName, FunctionAccess>> = byFunction((name) => ({
  ...objectAccess(name),
  sendsTo: queuesFrom(name),
}));

/**
 * Objects that a function reads and writes, from the key space. The device function reads shards but neither
 * the test set nor checkpoints; the encoder reads embeddings and gradients but no shards.
 */
function objectAccess(name: FunctionName): Pick<FunctionAccess, 'reads' | 'writes'> {
  const kinds = objectKinds().map((kind): [string, ObjectKind] => [keyWildcard(kind), KEY_SPACE[kind]]);
  return {
    reads: kinds.flatMap(([wildcard, { readBy }]) => (readBy.includes(name) ? [wildcard] : [])),
    writes: kinds.flatMap(([wildcard, { writtenBy }]) => (writtenBy.includes(name) ? [wildcard] : [])),
  };
}
