import type { ModelConfig } from './model-config.ts';

/** Parts of a transformer that this project runs; all else in a checkpoint belongs to some task's head. */
const MODEL_PARTS = ['embeddings.', 'encoder.', 'pooler.', 'layernorm.'];

/** Names that checkpoints of a family are known to carry, and what they are called here. */
const RENAMES: Readonly<Record<ModelConfig['family'], readonly (readonly [RegExp, string])[]>> = {
  bert: [
    [/\.LayerNorm\.gamma$/, '.LayerNorm.weight'],
    [/\.LayerNorm\.beta$/, '.LayerNorm.bias'],
  ],
  // transformers 5 saves ViT under other names than 4 did.
  vit: [
    [/^layers\./, 'encoder.layer.'],
    [/\.attention\.q_proj\./, '.attention.attention.query.'],
    [/\.attention\.k_proj\./, '.attention.attention.key.'],
    [/\.attention\.v_proj\./, '.attention.attention.value.'],
    [/\.attention\.o_proj\./, '.attention.output.dense.'],
    [/\.mlp\.fc1\./, '.intermediate.dense.'],
    [/\.mlp\.fc2\./, '.output.dense.'],
  ],
};

/** What some checkpoints store that a forward pass does not read: positions that follow from the config, and ViT's mask. */
const UNUSED = new Set(['embeddings.position_ids', 'embeddings.token_type_ids', 'embeddings.mask_token']);

/**
 * The name a checkpoint's tensor has here: Hugging Face's, without the prefix that task models add
 * (`bert.encoder...` and `encoder...` are the same tensor). Undefined for what the transformer does not use: task
 * heads, buffers and the mask of masked pre-training.
 */
export function canonicalName(family: ModelConfig['family'], checkpointName: string): string | undefined {
  const prefix = `${family}.`;
  const bare = checkpointName.startsWith(prefix) ? checkpointName.slice(prefix.length) : checkpointName;
  const name = RENAMES[family].reduce((renamed, [pattern, to]) => renamed.replace(pattern, to), bare);
  return UNUSED.has(name) || !MODEL_PARTS.some((part) => name.startsWith(part)) ? undefined : name;
}
