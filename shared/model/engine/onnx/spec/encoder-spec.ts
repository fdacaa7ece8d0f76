import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { layoutFor } from '#shared/model/feature-layout.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { type LoraModule, loraModules } from '#shared/model/lora/lora-modules.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { foldBiases } from './fold-biases.ts';
import type { GraphForm } from './graph-form.ts';

/** The computation of an encoder that its graphs express, in any form. */
export interface EncoderFunction {
  readonly layout: EncoderLayout;
  /** The server's tensors by canonical name, biases folded (fold-biases.ts). */
  readonly tensors: NamedTensors;
  readonly features: FeatureKind;
  /** Dense layers with LoRA by name, in the order of the LoRA parameters. */
  readonly loraModules: ReadonlyMap<string, LoraModule>;
}

/** Everything that the graphs of an encoder depend on. */
export interface EncoderSpec extends EncoderFunction, GraphForm {}

export function encoderFunction(
  server: ModelPart,
  lora: LoraSettings,
  features: FeatureKind,
): EncoderFunction {
  const layout = layoutFor(features, describeModel(server.config).layout);
  const modules = new Map(loraModules(server.config, lora).map((module) => [module.name, module]));
  return {
    layout,
    tensors: foldBiases(layout, server.tensors, (name) => modules.has(name)),
    features,
    loraModules: modules,
  };
}
