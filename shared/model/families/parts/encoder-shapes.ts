import type { EncoderLayout, LayerNames } from '#shared/model/engine/encoder-layout.ts';
import { dense, layerNorm } from '#shared/model/tensor-shapes.ts';

/** Shapes of an encoder's tensors by canonical name, in the order in which the encoder applies them. */
export function encoderShapes(layout: EncoderLayout): readonly [string, readonly number[]][] {
  const layers = layout.layers.flatMap((names) => layerShapes(layout, names));
  return layout.finalNorm === undefined
    ? layers
    : [...layers, ...layerNorm(layout.finalNorm, layout.hiddenSize)];
}

function layerShapes(
  { hiddenSize: hidden, intermediateSize: inner, normPlacement }: EncoderLayout,
  names: LayerNames,
): readonly [string, readonly number[]][] {
  const attention = [names.query, names.key, names.value, names.attentionOutput].flatMap((name) =>
    dense(name, hidden, hidden),
  );
  const feedForward = [...dense(names.intermediate, hidden, inner), ...dense(names.output, inner, hidden)];
  const attentionNorm = layerNorm(names.attentionNorm, hidden);
  const outputNorm = layerNorm(names.outputNorm, hidden);
  return normPlacement === 'after'
    ? [...attention, ...attentionNorm, ...feedForward, ...outputNorm]
    : [...attentionNorm, ...attention, ...outputNorm, ...feedForward];
}
