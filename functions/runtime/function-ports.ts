import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import type { Telemetry } from '#shared/cloud/ports/telemetry.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** A queue as a function sees it: whoever runs the function receives for it. */
export type MessageSender = Pick<MessageQueue, 'send'>;

/** What a function reaches the world through: nothing else is outside it. */
export interface FunctionPorts {
  readonly queues: Readonly<Record<FunctionName, MessageSender>>;
  /** Where what cannot be processed goes, one beside each queue. */
  readonly deadLetters: Readonly<Record<FunctionName, MessageSender>>;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}
