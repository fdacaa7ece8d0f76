import type { StoreCounts } from '#emulator/services/store/object-store-timing.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** A record of one delivery that a handler has worked on. */
export interface HandledDelivery<Body> {
  readonly function: FunctionName;
  readonly messages: readonly Body[];
  readonly beganMs: number;
  readonly endMs: number;
  /** Requests to the object store that the handler made. */
  readonly requests: Readonly<StoreCounts>;
}
