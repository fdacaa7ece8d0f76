import type { ModelConfig } from './model-config.ts';

/** Parts of a transformer that this project runs; all else in a checkpoint belongs to some task's head. */
const MODEL_PARTS = ['embeddings.', 'encoder.', 'pooler.', 'layernorm.'];

/** Names that checkpoints of a family are known to carry, and what they are called here. */
const RENAMES: Readonly<Record<ModelConfig['family'], readonly (readonly [RegExp, string])[]>> = {
  bert: [
    [/\.LayerNorm\.gamma$/, '.LayerNorm.weight'],
    [/\.LayerNorm\.beta$/, '.LayerNorm.bias'],
  ],
};

/** Buffers that older checkpoints store although they follow from the config. */
const BUFFERS = new Set(['embeddings.position_ids', 'embeddings.token_type_ids']);

/**
 * The name a checkpoint's tensor has here: Hugging Face's, without the prefix that task models add
 * (`bert.encoder...` and `encoder...` are the same tensor). Undefined for what the transformer does not use: task
 * heads and buffers.
 */
export function canonicalName(family: ModelConfig['family'], checkpointName: string): string | undefined {
  const prefix = `${family}.`;
  const bare = checkpointName.startsWith(prefix) ? checkpointName.slice(prefix.length) : checkpointName;
  if (BUFFERS.has(bare) || !MODEL_PARTS.some((part) => bare.startsWith(part))) return undefined;
  return RENAMES[family].reduce((name, [pattern, replacement]) => name.replace(pattern, replacement), bare);
}
