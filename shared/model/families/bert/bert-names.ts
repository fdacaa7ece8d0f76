/** Names that old checkpoints of BERT and its descendants give the tensors of a layer norm. */
export const BERT_RENAMES: readonly (readonly [RegExp, string])[] = [
  [/\.LayerNorm\.gamma$/, '.LayerNorm.weight'],
  [/\.LayerNorm\.beta$/, '.LayerNorm.bias'],
];
