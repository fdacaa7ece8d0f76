import { defineFamily, type ModelFamily } from '#shared/model/families/model-family.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { peftNames } from '#shared/model/families/parts/peft-names.ts';
import { textInput } from '#shared/model/families/parts/text-input.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import {
  type LlamaConfig,
  type LlamaName,
  type LlamaTraits,
  llamaConfigSchema,
  parseLlama,
} from './llama-config.ts';
import { llamaLayout } from './llama-layout.ts';
import { llamaTransformersConfig } from './llama-transformers.ts';

/**
 * A family with Llama's form. `baseModelClass` is the class of the bare model in transformers, e.g.
 * `LlamaModel`.
 */
export function llamaFamily(name: LlamaName, baseModelClass: string, traits: LlamaTraits): ModelFamily {
  return defineFamily<LlamaConfig>({
    name,
    configSchema: llamaConfigSchema(name),
    parse: (files) => parseLlama(name, traits, files),
    deviceParts: ['embed_tokens.'],
    checkpoint: {
      prefix: 'model.',
      anchor: 'embed_tokens.weight',
      parts: ['embed_tokens.', 'layers.', 'norm.'],
      renames: [],
      // Old checkpoints store the rotary frequencies, which the encoder computes from `rotaryBase`.
      unused: [/\.rotary_emb\.inv_freq$/],
    },
    peft: peftNames(baseModelClass, name),
    languageModel: {
      className: baseModelClass.replace(/Model$/, 'ForCausalLM'),
      words: 'embed_tokens.weight',
      isTied: false,
    },
    describe: (config) => ({
      layout: llamaLayout(config),
      input: textInput({ ...config, tokenTypeCount: undefined }, (tensors) => ({
        width: config.hiddenSize,
        words: requireTensor(tensors, 'embed_tokens.weight').data,
        positions: undefined,
        types: undefined,
        norm: undefined,
      })),
      tensors: () =>
        new Map([
          ['embed_tokens.weight', [config.vocabularySize, config.hiddenSize]],
          ...encoderShapes(llamaLayout(config)),
        ]),
      poolerTensors: () => new Map(),
      transformersConfig: () => llamaTransformersConfig(config),
    }),
  });
}

/** Llama and other models whose `model_type` is `llama`, such as SmolLM and TinyLlama. */
export const LLAMA = llamaFamily('llama', 'LlamaModel', {
  biases: ({ attention_bias: attention, mlp_bias: feedForward }) => ({
    projections: attention === true,
    attentionOutput: attention === true,
    feedForward: feedForward === true,
  }),
  headNorms: false,
  windowIsOptional: false,
});

export const MISTRAL = llamaFamily('mistral', 'MistralModel', {
  biases: () => ({ projections: false, attentionOutput: false, feedForward: false }),
  headNorms: false,
  windowIsOptional: false,
});
