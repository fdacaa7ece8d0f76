import { ModelError } from '#shared/errors.ts';
import type { GraphBuilder, Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { GraphScope, LoraPair } from '#shared/model/engine/onnx/layers/graph-scope.ts';
import { adaptedWeight } from '#shared/model/engine/onnx/layers/lora.ts';
import { inverseNorms, unitRows } from '#shared/model/engine/onnx/layers/magnitude.ts';
import { matrixProduct } from '#shared/model/engine/onnx/layers/matrix-product.ts';
import { packedLayout } from '#shared/model/engine/onnx/layers/packed-layout.ts';
import { paddedLayout } from '#shared/model/engine/onnx/layers/padded-layout.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import { inverseNormName, mergedName } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { featureToken } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { LoraModule } from '#shared/model/lora/lora-modules.ts';
import { loraAName, loraBName, loraMagnitudeName } from '#shared/model/lora/lora-parameters.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { maskInput, rotationInputs } from './position-inputs.ts';

/**
 * The scope in which layers are added to a graph. Weights and LoRA pairs become inputs of the graph, or part
 * of the model, when a layer first reads them.
 */
export function createScope(graph: GraphBuilder, spec: EncoderSpec): GraphScope {
  const { tensors, loraModules, loraPlacement } = spec;
  const weights = new Map<string, Value>();
  const pairs = new Map<string, LoraPair>();
  const product = matrixProduct(graph, spec.products);
  const frozen = (name: string): Value => {
    const { shape } = requireTensor(tensors, name);
    return spec.weightPlacement === 'fed' ? graph.input(name, shape) : graph.external(name, shape);
  };
  const kernel = (name: string): Value => {
    const module = loraModules.get(name);
    if (module === undefined || loraPlacement === 'separate') return frozen(`${name}.weight`);
    if (loraPlacement === 'merged') return graph.input(mergedName(name), [module.outputs, module.inputs]);
    return module.hasMagnitude
      ? unitRows(scope, adapted(name), inverseNorm(module), mergedName(name))
      : adapted(name);
  };
  /** W + s B A inside the graph. */
  const adapted = (name: string): Value =>
    memoised(weights, `${name}.adapted`, () => adaptedWeight(scope, name, frozen(`${name}.weight`)));
  const inverseNorm = ({ name, outputs }: LoraModule): Value =>
    memoised(weights, inverseNormName(name), () =>
      loraPlacement === 'mergedInGraph'
        ? inverseNorms(scope, adapted(name), inverseNormName(name))
        : graph.input(inverseNormName(name), [outputs]),
    );
  const pair = ({ name, inputs, outputs, rank, scaling }: LoraModule): LoraPair => ({
    a: graph.input(loraAName(name), [rank, inputs]),
    b: graph.input(loraBName(name), [outputs, rank]),
    inputs,
    outputs,
    scaling,
  });
  const scope: GraphScope = {
    graph,
    layout: spec.layout,
    states:
      spec.states === 'packed'
        ? packedLayout(graph, product)
        : paddedLayout(graph, featureToken(spec.features)),
    product,
    hasWeight: (name) => tensors.has(name),
    weight: (name) => memoised(weights, name, () => frozen(name)),
    kernel: (name) => memoised(weights, `${name}.weight`, () => kernel(name)),
    pair: (name) => memoised(pairs, name, () => pair(requireModule(spec, name))),
    hasLora: (name) => loraModules.has(name),
    magnitude: (name) => {
      const module = loraModules.get(name);
      if (module?.hasMagnitude !== true) return undefined;
      const m = graph.input(loraMagnitudeName(name), [module.outputs]);
      return { m, inverseNorm: inverseNorm(module) };
    },
    hasSeparateLora: (name) => loraPlacement === 'separate' && loraModules.has(name),
    mask: (layer, queries, group) => maskInput(graph, spec.layout, layer, queries, group),
    rotation: (layer, queries, group) => rotationInputs(graph, spec.layout, layer, queries, group),
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
