import { ModelError } from '#shared/errors.ts';
import { type EncoderLayout, encoderLayout } from '#shared/model/engine/encoder-layout.ts';
import { loraForward } from '#shared/model/engine/onnx/layers/lora.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { type LoraModule, loraModules } from '#shared/model/lora/lora-modules.ts';
import { loraAName, loraBName } from '#shared/model/lora/lora-parameters.ts';
import { type LoraSettings, loraScaling } from '#shared/model/lora/settings.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { foldBiases } from './fold-biases.ts';
import type { GraphBuilder, Products, Value } from './graph-builder.ts';
import type { GraphScope, LoraPair } from './graph-scope.ts';
import { adaptedName } from './names.ts';
import { packedLayout } from './packed-layout.ts';
import { paddedLayout } from './padded-layout.ts';

/**
 * How a graph gets the frozen weights. `fed`: as inputs, so that every graph of an engine reads one copy of them.
 * `loaded`: with the model, so that they are packed for the processor, or moved to a device, once per graph.
 */
export type WeightPlacement = 'fed' | 'loaded';

/**
 * Where LoRA is added. `before`: to the weights, once for a set of LoRA values, and they are fed to every run. `inside`: to the
 * weights in each run; a graphics card adds them sooner than they cross to it. `beside`: not to the weights but to what is
 * multiplied with them, as a term of its own, so that the weights can be loaded.
 */
export type LoraPlacement = 'before' | 'inside' | 'beside';

/** How hidden states lie in memory: see padded-layout.ts and packed-layout.ts. */
export type LayoutName = 'padded' | 'packed';

/**
 * How the way back gets the activations of the way there: `kept` in this process's memory, or `recomputed` from the
 * embeddings.
 */
export type Activations = 'kept' | 'recomputed';

/** How the graphs of an encoder are written. */
export interface GraphForm {
  readonly states: LayoutName;
  readonly weightPlacement: WeightPlacement;
  readonly loraPlacement: LoraPlacement;
  readonly activations: Activations;
  readonly products: Products;
}

/** What they compute. */
export interface EncoderFunction {
  readonly layout: EncoderLayout;
  /** The server's tensors by canonical name. */
  readonly tensors: NamedTensors;
  readonly features: FeatureKind;
  readonly rank: number;
  readonly loraScaling: number;
  /** Dense layers with LoRA by name, in the order of the LoRA parameters. */
  readonly loraModules: ReadonlyMap<string, LoraModule>;
}

/** All that decides an encoder's graphs. */
export interface EncoderSpec extends EncoderFunction, GraphForm {}

export function encoderFunction(
  server: ModelPart,
  lora: LoraSettings,
  features: FeatureKind,
): EncoderFunction {
  return {
    layout: encoderLayout(server.config),
    tensors: foldBiases(encoderLayout(server.config), server.tensors),
    features,
    rank: lora.rank,
    loraScaling: loraScaling(lora),
    loraModules: new Map(loraModules(server.config, lora).map((module) => [module.name, module])),
  };
}

/** Lets layers read weights and LoRA pairs; what they read becomes an input, or part of the model. */
export function graphScope(graph: GraphBuilder, spec: EncoderSpec): GraphScope {
  const weights = new Map<string, Value>();
  const pairs = new Map<string, LoraPair>();
  const place = (name: string): Value => {
    const { shape } = requireTensor(spec.tensors, name);
    return spec.weightPlacement === 'fed' ? graph.input(name, shape) : graph.external(name, shape);
  };
  const kernel = (name: string): Value => {
    const module = spec.loraModules.get(name);
    if (module === undefined || spec.loraPlacement === 'beside') return place(`${name}.weight`);
    return spec.loraPlacement === 'inside'
      ? loraForward(scope, name, place(`${name}.weight`), adaptedName(name))
      : graph.input(adaptedName(name), [module.outputs, module.inputs]);
  };
  const pair = ({ name, inputs, outputs }: LoraModule): LoraPair => ({
    a: graph.input(loraAName(name), [spec.rank, inputs]),
    b: graph.input(loraBName(name), [outputs, spec.rank]),
    scaling: spec.loraScaling,
  });
  const scope: GraphScope = {
    graph,
    layout: spec.layout,
    states: spec.states === 'packed' ? packedLayout(graph) : paddedLayout(graph),
    weight: (name) => memoised(weights, name, () => place(name)),
    kernel: (name) => memoised(weights, `${name}.weight`, () => kernel(name)),
    pair: (name) => memoised(pairs, name, () => pair(requireModule(spec, name))),
    hasLora: (name) => spec.loraModules.has(name),
    hasLoraBeside: (name) => spec.loraPlacement === 'beside' && spec.loraModules.has(name),
    keeps: () => false,
  };
  return scope;
}

function requireModule(spec: EncoderSpec, name: string): LoraModule {
  const module = spec.loraModules.get(name);
  if (module === undefined) throw new ModelError('has no LoRA.', { subject: `layer ${name}` });
  return module;
}

function memoised<Made>(store: Map<string, Made>, key: string, make: () => Made): Made {
  const known = store.get(key);
  if (known !== undefined) return known;
  const made = make();
  store.set(key, made);
  return made;
}
