import type { CheckpointNames, PeftNames } from '#shared/model/families/model-family.ts';

/** What transformers 5 calls the projections that transformers 4 calls query, key and value. */
const NEWER_PROJECTIONS = { query: 'q_proj', key: 'k_proj', value: 'v_proj' } as const;

/** Names of a layer or tensor in transformers 4 and, for the projections, in 5. */
export function vitVersionNames(canonical: string): readonly string[] {
  const newer = Object.entries(NEWER_PROJECTIONS).find(([older]) =>
    `${canonical}.`.includes(`.attention.attention.${older}.`),
  );
  if (newer === undefined) return [canonical];
  const renamed = canonical
    .replace(/^encoder\.layer\./, 'layers.')
    .replace(`.attention.attention.${newer[0]}`, `.attention.${newer[1]}`);
  return [canonical, renamed];
}

/** transformers 5 saves some models under other names than 4 did. */
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
  // Of masked pre-training.
  unused: ['embeddings.mask_token'],
};

export const VIT_PEFT: Pick<PeftNames, 'projections' | 'layerNames'> = {
  projections: Object.fromEntries(
    Object.entries(NEWER_PROJECTIONS).map(([older, newer]) => [older, [older, newer]]),
  ),
  layerNames: vitVersionNames,
};
