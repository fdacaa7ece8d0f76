import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import { describeModel, findFamily } from '#shared/model/families/registry.ts';
import { requireValid } from './require-valid.ts';

function requireDivisible(config: ModelConfig, subject: string): ModelConfig {
  const { headWidth, headCount, keyValueHeadCount } = describeModel(config).layout;
  if (!Number.isInteger(headWidth)) {
    throw new ModelError(
      `hidden_size ${config.hiddenSize} is not a multiple of num_attention_heads ${headCount}.`,
      { subject, remedy: 'Correct the file.' },
    );
  }
  if (headCount % keyValueHeadCount !== 0) {
    throw new ModelError(
      `num_attention_heads ${headCount} is not a multiple of num_key_value_heads ${keyValueHeadCount}.`,
      { subject, remedy: 'Correct the file.' },
    );
  }
  return config;
}

/**
 * Reads the model config from the JSON files of a Hugging Face model directory.
 *
 * @throws {@link ModelError} for a model type, an activation or a kind of positions that is not supported.
 */
export function parseModelConfig(files: ConfigFiles): ModelConfig {
  const { value, subject } = files.config;
  const { model_type: name } = requireValid(z.object({ model_type: z.string() }), value, subject);
  return requireDivisible(findFamily(name, subject).parse(files), subject);
}
