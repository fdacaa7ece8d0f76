/** The stages of a device's timeline in a round, in the order of the round. */
export const STAGES = [
  'scheduling',
  'queueWait',
  'coldStart',
  'deviceCompute',
  'uplinkEmbeddings',
  'encoderWait',
  'encoderCompute',
  'downlinkFeatures',
  'headCompute',
  'uplinkGradient',
  'backwardAndAggregation',
  'waitingForSlowest',
] as const;

export type Stage = (typeof STAGES)[number];
