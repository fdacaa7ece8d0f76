import { ModelError } from '#shared/errors.ts';
import type { LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { addEndOfOutputs } from '#shared/model/engine/onnx/format/end-of-outputs.ts';
import { GraphBuilder, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { OnnxDimension } from '#shared/model/engine/onnx/format/onnx-model.ts';
import {
  featureShape,
  featuresBackward,
  type TokenWeights,
} from '#shared/model/engine/onnx/layers/features.ts';
import { feedForwardBackward, feedForwardNames } from '#shared/model/engine/onnx/layers/feed-forward.ts';
import type { BackwardScope, GraphScope } from '#shared/model/engine/onnx/layers/graph-scope.ts';
import { normBackward, normOutput } from '#shared/model/engine/onnx/layers/norm.ts';
import { projectionNames } from '#shared/model/engine/onnx/layers/projections.ts';
import { residualBackward } from '#shared/model/engine/onnx/layers/residual.ts';
import { selfAttentionBackward } from '#shared/model/engine/onnx/layers/self-attention.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import {
  type KeptActivations,
  layerPrefix,
  TENSOR_INPUTS,
} from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { featureTokens, layerAxes, type TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import { loraAName, loraBName, loraMagnitudeName } from '#shared/model/lora/lora-parameters.ts';
import { createScope } from './create-scope.ts';
import { forwardPass } from './forward-graph.ts';
import { tokenWeightsInput } from './position-inputs.ts';

export interface BackwardGraph {
  readonly model: Uint8Array;
  /** Activations that the forward graph must output: only those that a LoRA gradient depends on. */
  readonly kept: KeptActivations;
  /** Output name of each LoRA tensor's gradient, by the tensor's name. */
  readonly gradients: ReadonlyMap<string, string>;
}

/**
 * The graph from the gradient at the features to the LoRA gradients. It ends at the lowest layer with LoRA.
 */
export function backwardGraph(spec: EncoderSpec): BackwardGraph {
  const graph = new GraphBuilder('backward');
  addEndOfOutputs(graph);
  const kept = new Map<string, readonly OnnxDimension[]>();
  const scope = createScope(graph, spec);
  const gradients = backwardPass(scope, spec, (name, shape) => {
    kept.set(name, shape);
    return graph.input(name, shape);
  });
  return { model: graph.build(), kept, gradients };
}

/**
 * The same gradients from the embeddings: the graph contains the forward pass, and nothing is kept. Faster on
 * a graphics card, see ARCHITECTURE.md.
 *
 * @param kept Activations that {@link backwardGraph} would keep.
 */
export function recomputingGraph(spec: EncoderSpec, kept: KeptActivations): BackwardGraph {
  const graph = new GraphBuilder('recomputing-backward');
  addEndOfOutputs(graph);
  const scope = { ...createScope(graph, spec), keeps: (name: string) => kept.has(name) };
  forwardPass(scope, spec);
  const gradients = backwardPass(scope, spec, (name) => ({ name }));
  return { model: graph.build(), kept: new Map(), gradients };
}

/** Whether a layer trains. If not, only the pooler does, whose gradients need no activations of layers. */
export function trainsLayers(spec: EncoderSpec): boolean {
  return lowestTrainedLayer(spec) < spec.layout.layers.length;
}

/** Adds the backward pass to a graph; returns the output name of each LoRA tensor's gradient. */
function backwardPass(
  shared: GraphScope,
  spec: EncoderSpec,
  kept: BackwardScope['kept'],
): ReadonlyMap<string, string> {
  const { graph, layout } = shared;
  const { features } = spec;
  const gradients = new Map<string, string>();
  const scope = backwardScope(shared, spec, kept, gradients);
  const lowest = lowestTrainedLayer(spec);

  const last = layout.layers.length - 1;
  const lastTokens = featureTokens(features);
  const finalNorm = layout.finalNorm ?? layout.layers[last].outputNorm;
  const g = graph.input(TENSOR_INPUTS.featureGradient, featureShape(shared, features));
  const weights: TokenWeights = (group) => tokenWeightsInput(graph, group);
  const lastHidden = () => normOutput(scope, finalNorm, lastTokens);
  let dx = featuresBackward(scope, features, g, lastHidden, weights, lowest <= last);
  if (dx !== undefined && layout.finalNorm !== undefined) {
    dx = normBackward(scope, layout.finalNorm, dx, lastTokens);
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
  const layer = spec.layout.layers[index];
  const prefix = layerPrefix(index);
  const axes = layerAxes(spec.features, spec.layout.layers.length, index);
  const within = { input: axes.output, output: axes.output };
  const attends = needsInput || attentionNames(layer).some(scope.hasLora);
  const dMiddle = residualBackward(scope, layer.outputNorm, dy, within, (dSublayer) => {
    const h = () => feedForwardInput(scope, layer, axes.output);
    return feedForwardBackward(scope, prefix, layer, dSublayer, h, axes.output, attends);
  });
  if (dMiddle === undefined) return undefined;
  return residualBackward(scope, layer.attentionNorm, dMiddle, axes, (dSublayer) => {
    const h = () => attentionInput(scope, index);
    return selfAttentionBackward(scope, prefix, layer, dSublayer, h, axes, needsInput);
  });
}

/**
 * Input of a layer's projections: the output of the norm before them, which for `after` is the previous
 * layer's. The first layer may have none; its input is that of the encoder.
 */
function attentionInput(scope: BackwardScope, index: number): Value {
  const { layers, normPlacement, hiddenSize } = scope.layout;
  const norm = normPlacement === 'before' ? layers[index].attentionNorm : layers[index - 1]?.outputNorm;
  if (norm !== undefined) return normOutput(scope, norm, 'tokens');
  return scope.kept(`${layerPrefix(0)}.input`, scope.states.shape('tokens', hiddenSize));
}

/** Input of a layer's feed-forward sublayer: the output of the norm before it. */
function feedForwardInput(scope: BackwardScope, layer: LayerLayout, tokens: TokenAxis): Value {
  const { normPlacement } = scope.layout;
  const norm = normPlacement === 'before' ? layer.outputNorm : layer.attentionNorm;
  if (norm !== undefined) return normOutput(scope, norm, tokens);
  throw new ModelError('has no norm before its feed-forward sublayer.', { subject: 'model' });
}

function attentionNames({ projections, attentionOutput }: LayerLayout): readonly string[] {
  return [...projectionNames(projections), attentionOutput];
}

/** Index of the lowest layer with LoRA; the number of layers if only the pooler has LoRA. */
function lowestTrainedLayer({ layout, loraModules }: EncoderSpec): number {
  const lowest = layout.layers.findIndex((layer) =>
    [...attentionNames(layer), ...feedForwardNames(layer.feedForward)].some((name) => loraModules.has(name)),
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
      const { inputs, outputs, rank } = module;
      const { name, shape } = {
        a: { name: loraAName(moduleName), shape: [rank, inputs] },
        b: { name: loraBName(moduleName), shape: [outputs, rank] },
        m: { name: loraMagnitudeName(moduleName), shape: [outputs] },
      }[part];
      shared.graph.output(gradient, shared.states.gradientShape(...shape));
      gradients.set(name, gradient.name);
    },
  };
}
