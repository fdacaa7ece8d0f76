import type { StoreCounts } from '#emulator/services/store/object-store-timing.ts';
import type { QueueName } from '#shared/protocol/functions.ts';

/** A record of one delivery that a handler has worked on. */
export interface HandledDelivery<Body> {
  readonly queue: QueueName;
  readonly messages: readonly Body[];
  readonly beganMs: number;
  readonly endMs: number;
  /** Requests to the object store that the handler made. */
  readonly requests: Readonly<StoreCounts>;
}
