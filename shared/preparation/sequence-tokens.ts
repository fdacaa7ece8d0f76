import type { RunConfig } from '#shared/config/run-config.ts';
import type { ModelConfig } from '#shared/model/hugging-face/model-config.ts';
import { imageTokens } from '#shared/model/vit/vit-geometry.ts';

/** Tokens of the longest example inside the encoder: texts are cut to a length, every image has the same number. */
export function sequenceTokens(config: RunConfig, model: ModelConfig): number {
  switch (model.family) {
    case 'bert':
      return config.data.maxTokens;
    case 'vit':
      return imageTokens(model);
  }
}
