import type { RunConfig } from '#shared/config/run-config.ts';
import { featuresOf } from '#shared/config/run-features.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { transportedBits } from '#shared/model/transport/transported-bits.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { sequenceTokens } from './sequence-tokens.ts';

/**
 * Bits that one device exchanges in a round: the embeddings of all positions of its sequences (uplink), the
 * features (downlink), and the feature gradient (uplink). In language tasks features are as large as
 * embeddings. Computed for the longest example, so that L is the same for every device, as Theorem 2 of the
 * scheduler assumes. A shorter batch counts the same.
 */
export function payloadBits(config: RunConfig, model: ModelConfig): RunRecord['payloadBits'] {
  const { batchSize } = config.training;
  const { bitsPerValue } = config.transport;
  const embeddings = transportedBits(
    [batchSize, sequenceTokens(config, model), model.hiddenSize],
    bitsPerValue,
  );
  const features =
    featuresOf(config) === 'tokens'
      ? embeddings
      : transportedBits([batchSize, model.hiddenSize], bitsPerValue);
  return { embeddings, features, gradients: features };
}
