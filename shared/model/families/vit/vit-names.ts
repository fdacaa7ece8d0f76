import type { CheckpointNames, PeftNames } from '#shared/model/families/model-family.ts';

/** Names of dense layers in transformers 4, each with its name in 5. */
const NEWER_NAMES = [
  ['attention.attention.query', 'attention.q_proj'],
  ['attention.attention.key', 'attention.k_proj'],
  ['attention.attention.value', 'attention.v_proj'],
  ['attention.output.dense', 'attention.o_proj'],
  ['intermediate.dense', 'mlp.fc1'],
  ['output.dense', 'mlp.fc2'],
] as const;

/** Names of a layer or tensor in transformers 4 and, for the dense layers of the encoder, in 5. */
export function vitVersionNames(canonical: string): readonly string[] {
  const [, index, part] = /^encoder\.layer\.(\d+)\.(.+)$/.exec(canonical) ?? [];
  const newer = NEWER_NAMES.find(([older]) => `${part}.`.startsWith(`${older}.`));
  if (newer === undefined) return [canonical];
  return [canonical, `layers.${index}.${part.replace(newer[0], newer[1])}`];
}

/** Checkpoint names of ViT. Transformers 5 saves some models under other names than version 4. */
export const VIT_CHECKPOINT: Omit<CheckpointNames, 'prefix'> = {
  anchor: 'embeddings.patch_embeddings.projection.weight',
  parts: ['embeddings.', 'encoder.', 'pooler.', 'layernorm.'],
  renames: [
    [/^layers\./, 'encoder.layer.'],
    [/\.attention\.q_proj\./, '.attention.attention.query.'],
    [/\.attention\.k_proj\./, '.attention.attention.key.'],
    [/\.attention\.v_proj\./, '.attention.attention.value.'],
    [/\.attention\.o_proj\./, '.attention.output.dense.'],
    [/\.mlp\.fc1\./, '.intermediate.dense.'],
    [/\.mlp\.fc2\./, '.output.dense.'],
  ],
  // The mask token of masked pre-training.
  unused: ['embeddings.mask_token'],
};

export const VIT_PEFT: Pick<PeftNames, 'layerNames'> = {
  layerNames: vitVersionNames,
};
