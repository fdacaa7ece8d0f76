import type { CheckpointNames } from '#shared/model/families/model-family.ts';

/**
 * Names of layer norm tensors in old checkpoints of BERT and of families derived from it, each with its
 * present name.
 */
export const BERT_RENAMES: readonly (readonly [RegExp, string])[] = [
  [/\.LayerNorm\.gamma$/, '.LayerNorm.weight'],
  [/\.LayerNorm\.beta$/, '.LayerNorm.bias'],
];

/** Checkpoint names of BERT and of families derived from it. */
export const BERT_CHECKPOINT: Omit<CheckpointNames, 'prefix'> = {
  anchor: 'embeddings.word_embeddings.weight',
  parts: ['embeddings.', 'encoder.', 'pooler.'],
  renames: BERT_RENAMES,
  unused: ['embeddings.position_ids', 'embeddings.token_type_ids'],
};
