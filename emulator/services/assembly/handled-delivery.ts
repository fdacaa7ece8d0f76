import type { StoreCounts } from '#emulator/services/store/object-store-timing.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** What a handler did with one delivery. */
export interface HandledDelivery<Body> {
  readonly function: FunctionName;
  readonly messages: readonly Body[];
  readonly beganMs: number;
  readonly endMs: number;
  /** Requests to the object store that it took. */
  readonly requests: Readonly<StoreCounts>;
}
