import type { RunConfig } from '#shared/config/run-config.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';

/**
 * Tokens of the longest example in the encoder: the maximum length for texts, the fixed number for images.
 */
export function sequenceTokens(config: RunConfig, model: ModelConfig): number {
  const { input } = describeModel(model);
  return input.kind === 'text' ? config.data.maxTokens : input.tokens;
}
