import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { defineFamily } from '#shared/model/families/model-family.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { peftNames } from '#shared/model/families/parts/peft-names.ts';
import { equalHeads } from '#shared/model/families/parts/plain-layout.ts';
import { textInput } from '#shared/model/families/parts/text-input.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { type Gpt2Config, gpt2ConfigSchema, parseGpt2 } from './gpt2-config.ts';

function layerLayout(index: number): LayerLayout {
  const layer = `h.${index}`;
  return {
    attentionNorm: `${layer}.ln_1`,
    projections: { kind: 'fused', all: `${layer}.attn.c_attn` },
    headNorms: undefined,
    attentionOutput: `${layer}.attn.c_proj`,
    outputNorm: `${layer}.ln_2`,
    feedForward: { kind: 'plain', input: `${layer}.mlp.c_fc`, output: `${layer}.mlp.c_proj` },
    rotaryBase: undefined,
    window: undefined,
  };
}

function gpt2Layout(config: Gpt2Config): EncoderLayout {
  return {
    ...equalHeads(config),
    norm: 'layer',
    normEpsilon: config.layerNormEpsilon,
    normPlacement: 'before',
    activation: config.activation,
    mask: 'causal',
    biases: { projections: true, attentionOutput: true, feedForward: true, norms: true },
    layers: Array.from({ length: config.layerCount }, (_, index) => layerLayout(index)),
    finalNorm: 'ln_f',
    pooler: undefined,
  };
}

/** GPT-2 and models of its form, such as DistilGPT2. */
export const GPT2 = defineFamily<Gpt2Config>({
  name: 'gpt2',
  configSchema: gpt2ConfigSchema,
  parse: parseGpt2,
  deviceParts: ['wte.', 'wpe.'],
  checkpoint: {
    prefix: 'transformer.',
    anchor: 'wte.weight',
    parts: ['wte.', 'wpe.', 'h.', 'ln_f.'],
    renames: [],
    // Old checkpoints store the causal masks, which the encoder computes.
    unused: [/^h\.\d+\.attn\.(bias|masked_bias)$/],
    // GPT-2's dense layers are convolutions of width 1, whose weights are [inputs, outputs].
    transposed: (canonical) => /^h\.\d+\.(attn|mlp)\.c_\w+\.weight$/.test(canonical),
  },
  peft: peftNames('GPT2Model', 'gpt2'),
  languageModel: { className: 'GPT2LMHeadModel', words: 'wte.weight', isTied: true },
  describe: (config) => ({
    layout: gpt2Layout(config),
    input: textInput({ ...config, tokenTypeCount: undefined }, (tensors) => ({
      width: config.hiddenSize,
      words: requireTensor(tensors, 'wte.weight').data,
      positions: requireTensor(tensors, 'wpe.weight').data,
      types: undefined,
      norm: undefined,
    })),
    tensors: () =>
      new Map([
        ['wte.weight', [config.vocabularySize, config.hiddenSize]],
        ['wpe.weight', [config.maximumTokens, config.hiddenSize]],
        ...encoderShapes(gpt2Layout(config)),
      ]),
    poolerTensors: () => new Map(),
    transformersConfig: () => ({
      n_embd: config.hiddenSize,
      n_layer: config.layerCount,
      n_head: config.headCount,
      n_inner: config.intermediateSize,
      layer_norm_epsilon: config.layerNormEpsilon,
      activation_function: config.activation === 'gelu' ? 'gelu' : 'gelu_pytorch_tanh',
      vocab_size: 1,
      n_positions: 1,
      bos_token_id: 0,
      eos_token_id: 0,
    }),
  }),
});
