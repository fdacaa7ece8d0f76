import type { EncoderLayout, LayerLayout } from './encoder-layout.ts';

/** Roles of dense layers that have the same names in all families. */
export const PROJECTION_ROLES = ['query', 'key', 'value'] as const;

/** A dense layer, y = x W^T + b with W [outputs, inputs]. */
export interface DenseLayer {
  /** Canonical name. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly hasBias: boolean;
  /** Role in attention of a layer that makes only queries, keys or values. */
  readonly role?: (typeof PROJECTION_ROLES)[number];
}

/** Width of all heads of the queries, and of those of the keys or values. */
export function attentionWidths(layout: EncoderLayout): {
  readonly query: number;
  readonly keyValue: number;
} {
  const { headCount, keyValueHeadCount, headWidth } = layout;
  return { query: headCount * headWidth, keyValue: keyValueHeadCount * headWidth };
}

/** Dense layers of a layer's attention, in the order of their use. */
export function attentionLayers(layout: EncoderLayout, layer: LayerLayout): readonly DenseLayer[] {
  const { hiddenSize, biases } = layout;
  const { query, keyValue } = attentionWidths(layout);
  const { projections } = layer;
  const into = { inputs: hiddenSize, hasBias: biases.projections };
  const output = {
    name: layer.attentionOutput,
    inputs: query,
    outputs: hiddenSize,
    hasBias: biases.attentionOutput,
  };
  switch (projections.kind) {
    case 'separate':
      return [
        { name: projections.query, ...into, outputs: query, role: 'query' },
        { name: projections.key, ...into, outputs: keyValue, role: 'key' },
        { name: projections.value, ...into, outputs: keyValue, role: 'value' },
        output,
      ];
    case 'fused':
      return [{ name: projections.all, ...into, outputs: query + 2 * keyValue }, output];
  }
}

/** Dense layers of a layer's feed-forward sublayer, in the order of their use. */
export function feedForwardLayers(
  layout: EncoderLayout,
  { feedForward }: LayerLayout,
): readonly DenseLayer[] {
  const { hiddenSize, intermediateSize, biases } = layout;
  const hasBias = biases.feedForward;
  const into = { inputs: hiddenSize, hasBias };
  const output = { name: feedForward.output, inputs: intermediateSize, outputs: hiddenSize, hasBias };
  switch (feedForward.kind) {
    case 'plain':
      return [{ name: feedForward.input, ...into, outputs: intermediateSize }, output];
    case 'gated':
      return [
        { name: feedForward.gate, ...into, outputs: intermediateSize },
        { name: feedForward.up, ...into, outputs: intermediateSize },
        output,
      ];
    case 'fused-gated':
      return [{ name: feedForward.gateAndUp, ...into, outputs: 2 * intermediateSize }, output];
  }
}

/** Dense layers of all encoder layers, in the order of their use. The pooler is not one of them. */
export function encoderDenseLayers(layout: EncoderLayout): readonly DenseLayer[] {
  return layout.layers.flatMap((layer) => [
    ...attentionLayers(layout, layer),
    ...feedForwardLayers(layout, layer),
  ]);
}
