import { STAGES, type Stage } from '#shared/protocol/stages.ts';

/** The colour of each stage by group: radio blue, computing green, waiting orange, others grey or violet. */
const STAGE_CLASSES: Readonly<Record<Stage, string>> = {
  scheduling: 'violet',
  queueWait: 'orange1',
  coldStart: 'orange2',
  deviceCompute: 'green1',
  uplinkEmbeddings: 'blue1',
  encoderWait: 'orange3',
  encoderCompute: 'green2',
  downlinkFeatures: 'blue2',
  headCompute: 'green3',
  uplinkGradient: 'blue3',
  backwardAndAggregation: 'green4',
  waitingForSlowest: 'grey',
};

/** The displayed name of each stage. */
export const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  scheduling: 'Scheduling',
  queueWait: 'Queue waits',
  coldStart: 'Cold start',
  deviceCompute: 'Device compute',
  uplinkEmbeddings: 'Uplink embeddings',
  encoderWait: 'Encoder wait',
  encoderCompute: 'Encoder compute',
  downlinkFeatures: 'Downlink features',
  headCompute: 'Head compute',
  uplinkGradient: 'Uplink gradient',
  backwardAndAggregation: 'Backward, aggregation',
  waitingForSlowest: 'Waiting for slowest',
};

/** A part of a stacked bar: its name and its colour class. */
export interface Part {
  readonly name: string;
  readonly colour: string;
}

export const STAGE_PARTS: readonly Part[] = STAGES.map((stage) => ({
  name: STAGE_NAMES[stage],
  colour: STAGE_CLASSES[stage],
}));

/** Time from a round's close to its commit. It belongs to no stage, because no device waits for it. */
export const COMMIT_PART: Part = { name: 'Commit', colour: 'violet' };

/** Colours of series; further series in a chart use them again with dashed lines. */
export const SERIES_COLOURS = ['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8'] as const;
