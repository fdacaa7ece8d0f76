import { llamaFamily } from '#shared/model/families/llama/llama-family.ts';

/** Qwen 2 and 2.5: Llama's form with biases at the projections. */
export const QWEN2 = llamaFamily('qwen2', 'Qwen2Model', {
  biases: () => ({ projections: true, attentionOutput: false, feedForward: false }),
  headNorms: false,
  windowIsOptional: true,
});

/** Qwen 3: Llama's form with norms of each head's queries and keys. */
export const QWEN3 = llamaFamily('qwen3', 'Qwen3Model', {
  headWidth: 128,
  biases: ({ attention_bias: attention }) => ({
    projections: attention === true,
    attentionOutput: attention === true,
    feedForward: false,
  }),
  headNorms: true,
  windowIsOptional: true,
});
