import type { FeatureKind } from '#shared/model/features.ts';
import type { BertConfig, ModelConfig } from '#shared/model/hugging-face/model-config.ts';
import type { ViTConfig } from '#shared/model/vit/vit-config.ts';
import { bertLayer, encoderFeatures } from './bert-forward.ts';
import type { EncoderStage } from './encoder-stage.ts';
import type { TfTensors } from './transformer-ops.ts';
import { vitFinalNorm, vitLayer } from './vit-forward.ts';

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
    run: (input, masks, lora) => encoderFeatures(features, weights, input, masks, lora),
  };
  return [...layers, last];
}

function vitStages(
  config: ViTConfig,
  weights: TfTensors,
  features: FeatureKind,
  loraNames: readonly string[],
): readonly EncoderStage[] {
  const layers = Array.from(
    { length: config.layerCount },
    (_, index): EncoderStage => ({
      loraNames: loraNames.filter((name) => name.startsWith(`encoder.layer.${index}.`)),
      run: (input, _masks, lora) => vitLayer(config, index, weights, input, lora),
    }),
  );
  const last: EncoderStage = {
    loraNames: loraNames.filter((name) => name.startsWith('pooler.')),
    run: (input, masks, lora) =>
      encoderFeatures(features, weights, vitFinalNorm(config, weights, input), masks, lora),
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
    case 'vit':
      return vitStages(config, weights, features, loraNames);
  }
}
