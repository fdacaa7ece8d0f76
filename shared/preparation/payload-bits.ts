import type { RunConfig } from '#shared/config/run-config.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { transportedBits } from '#shared/model/transport/transported-bits.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { sequenceTokens } from './sequence-tokens.ts';

/**
 * What one device transmits in a round, by leg: embedding output of every position of every sequence up, features
 * down, the gradient at them up. Sized for the longest example, so that L is the same for every device, as Theorem 2 of
 * the scheduler assumes; a shorter batch keeps its slot.
 */
export function payloadBits(config: RunConfig, model: ModelConfig): RunRecord['payloadBits'] {
  const { batchSize } = config.training;
  const { bitsPerValue } = config.transport;
  const features = transportedBits([batchSize, model.hiddenSize], bitsPerValue);
  const embeddings = transportedBits(
    [batchSize, sequenceTokens(config, model), model.hiddenSize],
    bitsPerValue,
  );
  return { embeddings, features, gradients: features };
}
