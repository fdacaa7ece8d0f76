import type { Work } from '#shared/cloud/ports/telemetry.ts';
import type { MessageSizes } from '#shared/workload/message-sizes.ts';
import type { ObjectSizes } from '#shared/workload/object-sizes.ts';

/** Payload sizes of the three radio hops [bits]. */
export interface HopBits {
  readonly embeddings: number;
  readonly features: number;
  readonly gradients: number;
}

/** The work of a round, per device. The modelled handlers use nothing else about the model. */
export interface Workload {
  readonly devices: number;
  readonly hopBits: HopBits;
  readonly sizes: ObjectSizes;
  readonly messageBytes: MessageSizes;
  /** Requests to the object store that the encoder keeps in flight. */
  readonly requestsInParallel: number;
  /**
   * Fraction of shard reads, after a device's first one, that miss the cache; the expected time is charged.
   */
  readonly shardMissRate: number;
  /** Tokens of one device's mini-batch. */
  readonly tokens: number;
  readonly embed: Work;
  readonly forward: Work;
  readonly head: Work;
  readonly backward: Work;
  readonly schedule: Work;
  readonly aggregate: (answered: number) => Work;
}
