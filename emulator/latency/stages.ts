import type { Stage } from '#shared/protocol/stages.ts';

/** A value for each stage, from a function of its index in `STAGES`. */
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

/** The index of each stage in `STAGES`. */
export const STAGE_INDEX = byStage((index) => index);
