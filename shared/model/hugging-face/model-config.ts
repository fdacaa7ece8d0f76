import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import { findFamily } from '#shared/model/families/registry.ts';
import { requireValid } from './require-valid.ts';

function requireDivisible(config: ModelConfig, subject: string): ModelConfig {
  if (config.hiddenSize % config.headCount === 0) return config;
  throw new ModelError(
    `hidden_size ${config.hiddenSize} is not a multiple of num_attention_heads ${config.headCount}.`,
    { subject, remedy: 'Correct the file.' },
  );
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
