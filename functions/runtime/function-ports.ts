import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import type { Telemetry } from '#shared/cloud/ports/telemetry.ts';
import type { QueueName } from '#shared/protocol/functions.ts';

/** The part of a queue that a function may use. The host receives messages for the function. */
export type MessageSender = Pick<MessageQueue, 'send'>;

/** All I/O available to a function. Handlers must not use anything else. */
export interface FunctionPorts {
  readonly queues: Readonly<Record<QueueName, MessageSender>>;
  /** The dead-letter queue of each queue. */
  readonly deadLetters: Readonly<Record<QueueName, MessageSender>>;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}
