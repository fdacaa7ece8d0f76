import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { LlamaConfig } from './llama-config.ts';

function layerLayout(index: number, { headNorms, rotaryBase }: LlamaConfig): LayerLayout {
  const layer = `layers.${index}`;
  const attention = `${layer}.self_attn`;
  return {
    attentionNorm: `${layer}.input_layernorm`,
    projections: {
      kind: 'separate',
      query: `${attention}.q_proj`,
      key: `${attention}.k_proj`,
      value: `${attention}.v_proj`,
    },
    headNorms: headNorms ? { query: `${attention}.q_norm`, key: `${attention}.k_norm` } : undefined,
    attentionOutput: `${attention}.o_proj`,
    outputNorm: `${layer}.post_attention_layernorm`,
    feedForward: {
      kind: 'gated',
      gate: `${layer}.mlp.gate_proj`,
      up: `${layer}.mlp.up_proj`,
      output: `${layer}.mlp.down_proj`,
    },
    rotaryBase,
    window: undefined,
  };
}

/** Layout of Llama and of families with the same form and tensor names. */
export function llamaLayout(config: LlamaConfig): EncoderLayout {
  return {
    hiddenSize: config.hiddenSize,
    intermediateSize: config.intermediateSize,
    headCount: config.headCount,
    keyValueHeadCount: config.keyValueHeadCount,
    headWidth: config.headWidth,
    norm: 'rms',
    normEpsilon: config.layerNormEpsilon,
    normPlacement: 'before',
    activation: 'silu',
    mask: 'causal',
    biases: { ...config.biases, norms: false },
    layers: Array.from({ length: config.layerCount }, (_, index) => layerLayout(index, config)),
    finalNorm: 'norm',
    pooler: undefined,
  };
}
