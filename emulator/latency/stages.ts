import type { Stage } from '#shared/protocol/stages.ts';

/** What each stage counts. */
export const STAGE_DESCRIPTIONS: Readonly<Record<Stage, string>> = {
  scheduling: 'From the start of the round until the device was told: planning and sending',
  queueWait: 'In a queue or waiting for a function: sending, polling, batching windows, concurrency',
  coldStart: 'Environments being made for the functions that served the device',
  deviceCompute: 'The embedding of the mini-batch, with reading and writing of objects',
  uplinkEmbeddings: 'Embeddings in the air',
  encoderWait: 'In the queue of the encoder: sending, batching, replicas starting or busy',
  encoderCompute: 'Forward pass of the batch that the device was in',
  downlinkFeatures: 'Features in the air',
  headCompute: 'Loss, head gradient and head update, with reading and writing of objects',
  uplinkGradient: 'The gradient in the air',
  backwardAndAggregation: 'Backward pass, aggregation, and reporting that the round is closed',
  waitingForSlowest: 'The device was done and others were not, or the deadline passed',
};

/** A value for each stage, from a function of its place in `STAGES`. */
export function byStage<T>(value: (index: number) => T): Readonly<Record<Stage, T>> {
  return {
    scheduling: value(0),
    queueWait: value(1),
    coldStart: value(2),
    deviceCompute: value(3),
    uplinkEmbeddings: value(4),
    encoderWait: value(5),
    encoderCompute: value(6),
    downlinkFeatures: value(7),
    headCompute: value(8),
    uplinkGradient: value(9),
    backwardAndAggregation: value(10),
    waitingForSlowest: value(11),
  };
}

/** The place of each stage in `STAGES`. */
export const STAGE_INDEX = byStage((index) => index);
