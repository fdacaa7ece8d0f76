import { featuresBackward } from '#shared/model/engine/onnx/layers/features.ts';
import { feedForwardBackward } from '#shared/model/engine/onnx/layers/feed-forward.ts';
import { layerNormBackward, layerNormOutput } from '#shared/model/engine/onnx/layers/layer-norm.ts';
import { residualBackward } from '#shared/model/engine/onnx/layers/residual.ts';
import { selfAttentionBackward } from '#shared/model/engine/onnx/layers/self-attention.ts';
import { endOutputs } from '#shared/model/engine/onnx/uncopied-outputs.ts';
import { loraAName, loraBName } from '#shared/model/lora/lora-parameters.ts';
import { type EncoderSpec, graphScope } from './encoder-spec.ts';
import { forwardPass } from './forward-graph.ts';
import { GraphBuilder, type Value } from './graph-builder.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { featureTokens, type KeptActivations, layerAxes, layerPrefix, TENSOR_INPUTS } from './names.ts';
import type { OnnxDimension } from './onnx-model.ts';

export interface BackwardGraph {
  readonly model: Uint8Array;
  /** What the forward graph must hand over: only what some LoRA gradient depends on. */
  readonly kept: KeptActivations;
  /** Name of the output that is the gradient of each LoRA tensor, by the tensor's name. */
  readonly gradients: ReadonlyMap<string, string>;
}

/** The graph from the gradient at the features to those of the LoRA tensors. It ends at the lowest layer with LoRA. */
export function backwardGraph(spec: EncoderSpec): BackwardGraph {
  const graph = new GraphBuilder('backward', spec.products);
  endOutputs(graph);
  const kept = new Map<string, readonly OnnxDimension[]>();
  const scope = graphScope(graph, spec);
  const gradients = backwardPass(scope, spec, (name, shape) => {
    kept.set(name, shape);
    return graph.input(name, shape);
  });
  return { model: graph.build(), kept, gradients };
}

/**
 * The same gradients, from the embeddings: the forward pass runs once more, inside, and nothing is kept. For what
 * multiplies faster than its memory fills, see ARCHITECTURE.md.
 *
 * @param kept What {@link backwardGraph} would have kept.
 */
export function recomputingGraph(spec: EncoderSpec, kept: KeptActivations): BackwardGraph {
  const graph = new GraphBuilder('recomputing-backward', spec.products);
  endOutputs(graph);
  const scope = { ...graphScope(graph, spec), keeps: (name: string) => kept.has(name) };
  forwardPass(scope, spec);
  const gradients = backwardPass(scope, spec, (name) => ({ name }));
  return { model: graph.build(), kept: new Map(), gradients };
}

/** Whether some layer trains, so that its activations are wanted, and not the pooler alone. */
export function trainsLayers(spec: EncoderSpec): boolean {
  return lowestTrainedLayer(spec) < spec.layout.layers.length;
}

/** Adds the way back to a graph; returns the name of each LoRA tensor's gradient. */
function backwardPass(
  shared: GraphScope,
  spec: EncoderSpec,
  kept: BackwardScope['kept'],
): ReadonlyMap<string, string> {
  const { graph, layout } = shared;
  const { features } = spec;
  const gradients = new Map<string, string>();
  const scope = backwardScope(shared, spec, kept, gradients);
  const { lowest, hidden } = { lowest: lowestTrainedLayer(spec), hidden: layout.hiddenSize };

  const last = layout.layers.length - 1;
  const lastTokens = featureTokens(features);
  const finalNorm = layout.finalNorm ?? layout.layers[last].outputNorm;
  const g = graph.input(TENSOR_INPUTS.featureGradient, ['batch', hidden]);
  const weights = () => graph.input(TENSOR_INPUTS.tokenWeights, ['tokens', 'batch', 1]);
  const lastHidden = () => layerNormOutput(scope, finalNorm, lastTokens);
  let dx = featuresBackward(scope, features, g, lastHidden, weights, lowest <= last);
  if (dx !== undefined && layout.finalNorm !== undefined) {
    dx = layerNormBackward(scope, layout.finalNorm, dx, lastTokens);
  }
  for (let index = last; index >= lowest && dx !== undefined; index--) {
    dx = layerBackward(scope, spec, index, dx, index > lowest);
  }
  return gradients;
}

function layerBackward(
  scope: BackwardScope,
  spec: EncoderSpec,
  index: number,
  dy: Value,
  needsInput: boolean,
): Value | undefined {
  const names = spec.layout.layers[index];
  const axes = layerAxes(spec, index);
  const within = { entering: axes.leaving, leaving: axes.leaving };
  const dMiddle = residualBackward(scope, names.outputNorm, dy, within, (dPart) =>
    feedForwardBackward(scope, layerPrefix(index), names, dPart, axes.leaving),
  );
  if (dMiddle === undefined) return undefined;
  return residualBackward(scope, names.attentionNorm, dMiddle, axes, (dPart) =>
    selfAttentionBackward(
      scope,
      layerPrefix(index),
      names,
      dPart,
      () => attentionInput(scope, index),
      axes,
      needsInput,
    ),
  );
}

/** What a layer's projections read: the norm before them, which with norms placed `after` is the previous layer's. */
function attentionInput(scope: BackwardScope, index: number): Value {
  const { layers, normPlacement, hiddenSize } = scope.layout;
  if (normPlacement === 'before') return layerNormOutput(scope, layers[index].attentionNorm, 'tokens');
  if (index > 0) return layerNormOutput(scope, layers[index - 1].outputNorm, 'tokens');
  return scope.kept(`${layerPrefix(0)}.input`, scope.states.shape('tokens', hiddenSize));
}

/** Index of the lowest layer with LoRA; the number of layers when only the pooler has it. */
function lowestTrainedLayer({ layout, loraModules }: EncoderSpec): number {
  const lowest = layout.layers.findIndex(({ query, key, value }) =>
    [query, key, value].some((name) => loraModules.has(name)),
  );
  return lowest < 0 ? layout.layers.length : lowest;
}

function backwardScope(
  shared: GraphScope,
  spec: EncoderSpec,
  kept: BackwardScope['kept'],
  gradients: Map<string, string>,
): BackwardScope {
  return {
    ...shared,
    kept,
    gradient(moduleName, part, gradient) {
      const module = spec.loraModules.get(moduleName);
      if (module === undefined) return;
      const [rows, columns] = part === 'a' ? [spec.rank, module.inputs] : [module.outputs, spec.rank];
      shared.graph.output(gradient, shared.states.gradientShape(rows, columns));
      gradients.set(part === 'a' ? loraAName(moduleName) : loraBName(moduleName), gradient.name);
    },
  };
}
