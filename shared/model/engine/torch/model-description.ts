import type { Precision } from '#shared/model/engine/precision.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { loraModules } from '#shared/model/lora/lora-modules.ts';
import { loraTensorNames } from '#shared/model/lora/lora-parameters.ts';
import { moduleNames } from '#shared/model/lora/peft-names.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';

/** Settings of an engine that its model depends on. */
export interface TorchModelSettings {
  readonly features: FeatureKind;
  readonly lora: LoraSettings;
  readonly precision: Precision;
}

/** A model as the Python side builds it (`python/airtune_torch/build.py`). */
export function modelDescription(
  { config, tensors }: ModelPart,
  { features, lora, precision }: TorchModelSettings,
) {
  const family = familyOf(config);
  const { layout, input, transformersConfig } = describeModel(config);
  const { transposed } = family.checkpoint;
  return {
    config: { ...transformersConfig(), model_type: config.family },
    features,
    precision,
    mask: layout.mask,
    images: input.kind === 'image',
    // Only models whose family may have a pooler take this option.
    ...(layout.pooler === undefined ? {} : { pooler: features === 'pooled' }),
    // Of a language model, the device computes the norm after the last layer.
    ...(features === 'tokens' && layout.finalNorm !== undefined ? { deviceNorm: layout.finalNorm } : {}),
    transposed: [...tensors.keys()].filter((name) => transposed?.(name) === true),
    lora: loraModules(config, lora).map((module) => ({
      name: module.name,
      names: moduleNames(family, module.name),
      scaling: module.scaling,
      tensors: loraTensorNames(module),
    })),
  };
}

/** Names of the tensors that the model takes: all but the pooler's where its output is not in use. */
export function usedTensors({ config, tensors }: ModelPart, features: FeatureKind): readonly string[] {
  const { pooler } = describeModel(config).layout;
  const isUnused = (name: string) =>
    features !== 'pooled' && pooler !== undefined && name.startsWith(`${pooler}.`);
  return [...tensors.keys()].filter((name) => !isUnused(name));
}
