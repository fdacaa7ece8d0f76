import { attentionLayers, feedForwardLayers } from '#shared/model/engine/layout/dense-layers.ts';
import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { encoderFeatures, encoderLayer, finalNorm } from './encoder-forward.ts';
import type { EncoderStage } from './encoder-stage.ts';
import type { TfTensors } from './transformer-ops.ts';

/** Stages of a model's encoder from embeddings to features: its layers, then the feature extraction. */
export function modelStages(
  layout: EncoderLayout,
  weights: TfTensors,
  features: FeatureKind,
  loraNames: readonly string[],
): readonly EncoderStage[] {
  const layers = layout.layers.map((layer): EncoderStage => {
    const dense = [...attentionLayers(layout, layer), ...feedForwardLayers(layout, layer)];
    return {
      loraNames: loraOf(
        loraNames,
        dense.map(({ name }) => name),
      ),
      run: (input, masks, lora) => encoderLayer(layout, layer, weights, input, masks, lora),
    };
  });
  const last: EncoderStage = {
    loraNames: loraOf(loraNames, layout.pooler === undefined ? [] : [layout.pooler]),
    run: (input, masks, lora) =>
      encoderFeatures(features, layout, weights, finalNorm(layout, weights, input), masks, lora),
  };
  return [...layers, last];
}

function loraOf(loraNames: readonly string[], modules: readonly string[]): readonly string[] {
  return loraNames.filter((name) => modules.some((module) => name.startsWith(`${module}.lora_`)));
}
