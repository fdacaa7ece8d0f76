import type { FeatureKind } from '../../features.ts';
import type { BertConfig, ModelConfig } from '../../hugging-face/model-config.ts';
import { bertFeatures, bertLayer } from './bert-forward.ts';
import type { EncoderStage } from './encoder-stage.ts';
import type { TfTensors } from './transformer-ops.ts';

function bertStages(
  config: BertConfig,
  weights: TfTensors,
  features: FeatureKind,
  loraNames: readonly string[],
): readonly EncoderStage[] {
  const layers = Array.from(
    { length: config.layerCount },
    (_, index): EncoderStage => ({
      loraNames: loraNames.filter((name) => name.startsWith(`encoder.layer.${index}.`)),
      run: (input, masks, lora) => bertLayer(config, index, weights, input, masks, lora),
    }),
  );
  const last: EncoderStage = {
    loraNames: loraNames.filter((name) => name.startsWith('pooler.')),
    run: (input, masks, lora) => bertFeatures(features, weights, input, masks, lora),
  };
  return [...layers, last];
}

/** The stages of a model's encoder, from embeddings to features. */
export function modelStages(
  config: ModelConfig,
  weights: TfTensors,
  features: FeatureKind,
  loraNames: readonly string[],
): readonly EncoderStage[] {
  switch (config.family) {
    case 'bert':
      return bertStages(config, weights, features, loraNames);
  }
}
