import { addEndOfOutputs } from '#shared/model/engine/onnx/format/end-of-outputs.ts';
import { GraphBuilder, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import { featureShape, featuresForward } from '#shared/model/engine/onnx/layers/features.ts';
import { feedForwardForward } from '#shared/model/engine/onnx/layers/feed-forward.ts';
import type { GraphScope } from '#shared/model/engine/onnx/layers/graph-scope.ts';
import { normForward } from '#shared/model/engine/onnx/layers/norm.ts';
import { residualForward } from '#shared/model/engine/onnx/layers/residual.ts';
import { selfAttentionForward } from '#shared/model/engine/onnx/layers/self-attention.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import { FEATURES, type KeptActivations, layerPrefix } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { layerAxes } from '#shared/model/engine/onnx/spec/token-axes.ts';
import { createScope } from './create-scope.ts';
import { tokenWeightsInput } from './position-inputs.ts';

/**
 * The graph from embeddings to features and the activations to keep.
 *
 * @param kept Activations that the backward graph reads; empty for inference.
 */
export function forwardGraph(spec: EncoderSpec, kept: KeptActivations): Uint8Array {
  const graph = new GraphBuilder('forward');
  addEndOfOutputs(graph);
  const scope = { ...createScope(graph, spec), keeps: (name: string) => kept.has(name) };
  graph.output(forwardPass(scope, spec), featureShape(scope, spec.features));
  for (const [name, shape] of kept) if (name !== FEATURES) graph.output({ name }, shape);
  return graph.build();
}

/**
 * Adds the layers from the embeddings to the features. Activations get the names by which the backward pass
 * reads them.
 */
export function forwardPass(scope: GraphScope, spec: EncoderSpec): Value {
  const { graph, layout } = scope;
  let x: Value = scope.states.embedded(layout.hiddenSize, `${layerPrefix(0)}.input`);
  layout.layers.forEach((layer, index) => {
    const axes = layerAxes(spec.features, layout.layers.length, index);
    const within = { input: axes.output, output: axes.output };
    x = residualForward(scope, layer.attentionNorm, x, axes, (h) =>
      selfAttentionForward(scope, layerPrefix(index), layer, h, axes),
    );
    x = residualForward(scope, layer.outputNorm, x, within, (h) =>
      feedForwardForward(scope, layerPrefix(index), layer, h),
    );
  });
  if (layout.finalNorm !== undefined) x = normForward(scope, layout.finalNorm, x);
  return featuresForward(scope, spec.features, x, (group) => tokenWeightsInput(graph, group));
}
