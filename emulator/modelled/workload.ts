import type { Work } from '#shared/cloud/ports/telemetry.ts';

/** Bytes of everything that a round stores or sends for one device. */
export interface DeviceBytes {
  /** The device's own examples. */
  readonly shard: number;
  readonly embeddings: number;
  /** Features, and the gradient at them. */
  readonly features: number;
  readonly head: number;
  /** LoRA's gradient: the device's answer, as the encoder keeps it. */
  readonly answer: number;
}

/** What the three legs of the radio carry, bits. */
export interface LegBits {
  readonly embeddings: number;
  readonly features: number;
  readonly gradients: number;
}

/** What a round asks of the cloud, device by device: everything that the modelled handlers know of the model. */
export interface Workload {
  readonly legBits: LegBits;
  readonly bytes: DeviceBytes;
  /** Features and gradients of at most this many bytes ride inside their messages. */
  readonly inlineBytes: number;
  /** Of the times that a device's shard is needed after the first round, those that its function has not kept it. */
  readonly shardMisses: number;
  /** Tokens of one device's mini-batch. */
  readonly tokens: number;
  readonly embed: Work;
  readonly forward: Work;
  readonly head: Work;
  readonly backward: Work;
  readonly schedule: Work;
  readonly aggregate: (answered: number) => Work;
}
