/** Names of layer norm tensors in old checkpoints of BERT and of families derived from it. */
export const BERT_RENAMES: readonly (readonly [RegExp, string])[] = [
  [/\.LayerNorm\.gamma$/, '.LayerNorm.weight'],
  [/\.LayerNorm\.beta$/, '.LayerNorm.bias'],
];
