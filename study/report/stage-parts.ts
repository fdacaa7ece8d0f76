import type { Part } from '#report/content/figures.ts';
import type { Tone } from '#report/content/tones.ts';
import { STAGES, type Stage } from '#shared/protocol/stages.ts';

/** The colour of each stage by group: radio blue, computing green, waiting orange. */
const STAGE_TONES: Readonly<Record<Stage, Tone>> = {
  scheduling: 'control',
  queueWait: 'waiting1',
  coldStart: 'waiting2',
  deviceCompute: 'compute1',
  uplinkEmbeddings: 'radio1',
  encoderWait: 'waiting3',
  encoderCompute: 'compute2',
  downlinkFeatures: 'radio2',
  headCompute: 'compute3',
  uplinkGradient: 'radio3',
  backwardAndAggregation: 'compute4',
  waitingForSlowest: 'idle',
};

/** The displayed name of each stage. */
export const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  scheduling: 'Scheduling',
  queueWait: 'Queue waits',
  coldStart: 'Cold starts',
  deviceCompute: 'Device computing',
  uplinkEmbeddings: 'Uplink of embeddings',
  encoderWait: 'Waiting for the encoder',
  encoderCompute: 'Encoder computing',
  downlinkFeatures: 'Downlink of features',
  headCompute: 'Head computing',
  uplinkGradient: 'Uplink of gradients',
  backwardAndAggregation: 'Backward pass, aggregation',
  waitingForSlowest: 'Waiting for the slowest',
};

/** Settings that change the time of a stage most, by their paths. */
export const STAGE_SETTINGS: Readonly<Record<Stage, readonly string[]>> = {
  scheduling: ['scheduling.policy'],
  queueWait: ['cloud.platform.accountConcurrency', 'cloud.device.poller.initialPollers'],
  coldStart: ['cloud.device.memoryMegabytes', 'cloud.platform.keepAliveSeconds'],
  deviceCompute: ['training.batchSize', 'data.maxTokens'],
  uplinkEmbeddings: ['channel.bandwidthHz', 'transport.bitsPerValue', 'data.maxTokens'],
  encoderWait: ['cloud.encoder.minimumReplicas', 'cloud.encoder.maximumReplicas'],
  encoderCompute: ['training.batchSize', 'data.maxTokens'],
  downlinkFeatures: ['channel.bandwidthHz', 'transport.bitsPerValue'],
  headCompute: ['head.hiddenSize'],
  uplinkGradient: ['channel.bandwidthHz', 'transport.bitsPerValue'],
  backwardAndAggregation: ['server.requestsInParallel'],
  waitingForSlowest: ['scheduling.policy', 'scheduling.delayBudget'],
};

export const STAGE_PARTS: readonly Part[] = STAGES.map((stage) => ({
  name: STAGE_NAMES[stage],
  tone: STAGE_TONES[stage],
}));

/** Time from a round's close to its commit. It belongs to no stage, because no device waits for it. */
export const COMMIT_PART: Part = { name: 'Commit', tone: 'control' };
