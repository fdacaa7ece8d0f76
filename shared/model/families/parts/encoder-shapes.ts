import {
  attentionLayers,
  type DenseLayer,
  feedForwardLayers,
} from '#shared/model/engine/layout/dense-layers.ts';
import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { dense, layerNorm } from '#shared/model/tensor-shapes.ts';

type Shape = [string, readonly number[]];

/** Shapes of an encoder's tensors by canonical name, in the order in which the encoder applies them. */
export function encoderShapes(layout: EncoderLayout): readonly Shape[] {
  const layers = layout.layers.flatMap((layer) => layerShapes(layout, layer));
  return [...layers, ...normShapes(layout, layout.finalNorm)];
}

function layerShapes(layout: EncoderLayout, layer: LayerLayout): readonly Shape[] {
  const { query, key } = layer.headNorms ?? {};
  const attention = [
    ...attentionLayers(layout, layer).flatMap(denseShapes),
    ...normShapes(layout, query, layout.headWidth),
    ...normShapes(layout, key, layout.headWidth),
  ];
  const feedForward = feedForwardLayers(layout, layer).flatMap(denseShapes);
  const attentionNorm = normShapes(layout, layer.attentionNorm);
  const outputNorm = normShapes(layout, layer.outputNorm);
  return layout.normPlacement === 'after'
    ? [...attention, ...attentionNorm, ...feedForward, ...outputNorm]
    : [...attentionNorm, ...attention, ...outputNorm, ...feedForward];
}

function denseShapes({ name, inputs, outputs, hasBias }: DenseLayer): readonly Shape[] {
  return dense(name, inputs, outputs, hasBias);
}

function normShapes(
  { biases, hiddenSize }: EncoderLayout,
  name: string | undefined,
  size = hiddenSize,
): readonly Shape[] {
  return name === undefined ? [] : layerNorm(name, size, biases.norms);
}
