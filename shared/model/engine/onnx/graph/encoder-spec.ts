import type { FeatureKind } from '../../../features.ts';
import { type LoraModule, loraModules } from '../../../lora/lora-modules.ts';
import { loraAName, loraBName } from '../../../lora/lora-parameters.ts';
import { type LoraSettings, loraScaling } from '../../../lora/lora-settings.ts';
import { requireTensor } from '../../../named-tensor.ts';
import type { ModelPart } from '../../../split-model.ts';
import type { NamedTensors } from '../../../tensor.ts';
import { type EncoderLayout, encoderLayout } from '../../encoder-layout.ts';
import type { GraphBuilder, Value } from './graph-builder.ts';
import type { GraphScope, LoraPair } from './graph-scope.ts';

/**
 * How a graph gets the frozen weights. `fed`: as inputs, so that every graph of an engine reads one copy of them.
 * `embedded`: inside the model, so that they are moved to a device, or packed for the processor, once per graph.
 */
export type WeightPlacement = 'fed' | 'embedded';

/** All that decides an encoder's graphs. */
export interface EncoderSpec {
  readonly layout: EncoderLayout;
  /** The server's tensors by canonical name. */
  readonly tensors: NamedTensors;
  readonly features: FeatureKind;
  readonly rank: number;
  readonly loraScaling: number;
  /** Dense layers with LoRA by name, in the order of the LoRA parameters. */
  readonly loraModules: ReadonlyMap<string, LoraModule>;
  readonly weightPlacement: WeightPlacement;
}

export function encoderSpec(
  server: ModelPart,
  lora: LoraSettings,
  features: FeatureKind,
  weightPlacement: WeightPlacement,
): EncoderSpec {
  return {
    layout: encoderLayout(server.config),
    tensors: server.tensors,
    features,
    rank: lora.rank,
    loraScaling: loraScaling(lora),
    loraModules: new Map(loraModules(server.config, lora).map((module) => [module.name, module])),
    weightPlacement,
  };
}

/** Lets layers read weights and LoRA pairs; what they read becomes an input, or part of the model. */
export function graphScope(graph: GraphBuilder, spec: EncoderSpec): GraphScope {
  const weights = new Map<string, Value>();
  const pairs = new Map<string, LoraPair>();
  const place = (name: string): Value => {
    const { shape, data } = requireTensor(spec.tensors, name);
    return spec.weightPlacement === 'fed' ? graph.input(name, shape) : graph.initializer(name, shape, data);
  };
  const pair = ({ name, inputs, outputs }: LoraModule): LoraPair => ({
    a: graph.input(loraAName(name), [spec.rank, inputs]),
    b: graph.input(loraBName(name), [outputs, spec.rank]),
    scaling: spec.loraScaling,
  });
  return {
    graph,
    layout: spec.layout,
    weight: (name) => memoised(weights, name, () => place(name)),
    lora: (moduleName) => {
      const module = spec.loraModules.get(moduleName);
      return module === undefined ? undefined : memoised(pairs, moduleName, () => pair(module));
    },
  };
}

function memoised<Made>(store: Map<string, Made>, key: string, make: () => Made): Made {
  const known = store.get(key);
  if (known !== undefined) return known;
  const made = make();
  store.set(key, made);
  return made;
}
