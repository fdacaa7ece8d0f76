import { namesOf } from '#shared/names-of.ts';

/**
 * The kinds of spans: computing, radio transmission, waiting in a queue (the cold start of the instance that
 * claims the message included), and waiting for other devices.
 */
export const SPAN_KINDS = ['compute', 'radio', 'queue', 'idle'] as const;

export type SpanKind = (typeof SPAN_KINDS)[number];

/** The stages of a device's timeline, in the order of the round, each with the kind of its spans. */
export const STAGE_KINDS = {
  scheduling: 'compute',
  queueWait: 'queue',
  coldStart: 'queue',
  deviceCompute: 'compute',
  uplinkEmbeddings: 'radio',
  encoderWait: 'queue',
  encoderCompute: 'compute',
  downlinkFeatures: 'radio',
  headCompute: 'compute',
  uplinkGradient: 'radio',
  backwardAndAggregation: 'compute',
  waitingForSlowest: 'idle',
} as const satisfies Readonly<Record<string, SpanKind>>;

export type Stage = keyof typeof STAGE_KINDS;

/** The names of all stages, in the order of the round. */
export const STAGES: readonly Stage[] = namesOf(STAGE_KINDS);

/** Makes one value for each stage from the stage and its index in `STAGES`. */
export function byStage<T>(value: (stage: Stage, index: number) => T): Readonly<Record<Stage, T>> {
  const at = (stage: Stage): T => value(stage, STAGES.indexOf(stage));
  return {
    scheduling: at('scheduling'),
    queueWait: at('queueWait'),
    coldStart: at('coldStart'),
    deviceCompute: at('deviceCompute'),
    uplinkEmbeddings: at('uplinkEmbeddings'),
    encoderWait: at('encoderWait'),
    encoderCompute: at('encoderCompute'),
    downlinkFeatures: at('downlinkFeatures'),
    headCompute: at('headCompute'),
    uplinkGradient: at('uplinkGradient'),
    backwardAndAggregation: at('backwardAndAggregation'),
    waitingForSlowest: at('waitingForSlowest'),
  };
}

/** The index of each stage in `STAGES`. */
export const STAGE_INDEX = byStage((_, index) => index);
