import { featuresForward } from '#shared/model/engine/onnx/layers/features.ts';
import { feedForwardForward } from '#shared/model/engine/onnx/layers/feed-forward.ts';
import { layerNormForward } from '#shared/model/engine/onnx/layers/layer-norm.ts';
import { residualForward } from '#shared/model/engine/onnx/layers/residual.ts';
import { selfAttentionForward } from '#shared/model/engine/onnx/layers/self-attention.ts';
import { endOutputs } from '#shared/model/engine/onnx/uncopied-outputs.ts';
import { type EncoderSpec, graphScope } from './encoder-spec.ts';
import { GraphBuilder, type Value } from './graph-builder.ts';
import type { GraphScope } from './graph-scope.ts';
import { FEATURES, type KeptActivations, layerAxes, layerPrefix, TENSOR_INPUTS } from './names.ts';

/**
 * The graph from embeddings to features [batch, hidden] and the activations to keep.
 *
 * @param kept What the backward graph asks for; empty for inference.
 */
export function forwardGraph(spec: EncoderSpec, kept: KeptActivations): Uint8Array {
  const graph = new GraphBuilder('forward', spec.products);
  endOutputs(graph);
  const scope = { ...graphScope(graph, spec), keeps: (name: string) => kept.has(name) };
  graph.output(forwardPass(scope, spec), ['batch', spec.layout.hiddenSize]);
  for (const [name, shape] of kept) if (name !== FEATURES) graph.output({ name }, shape);
  return graph.build();
}

/** Features from the embeddings that are fed; activations bear the names that the backward pass knows them by. */
export function forwardPass(scope: GraphScope, spec: EncoderSpec): Value {
  const { graph, layout } = scope;
  const mask = layout.variableLength ? graph.input(TENSOR_INPUTS.mask, ['batch', 1, 1, 'tokens']) : undefined;

  let x: Value = scope.states.embedded(layout.hiddenSize, `${layerPrefix(0)}.input`);
  layout.layers.forEach((names, index) => {
    const axes = layerAxes(spec, index);
    const within = { entering: axes.leaving, leaving: axes.leaving };
    x = residualForward(scope, names.attentionNorm, x, axes, (h) =>
      selfAttentionForward(scope, layerPrefix(index), names, h, axes, mask),
    );
    x = residualForward(scope, names.outputNorm, x, within, (h) =>
      feedForwardForward(scope, layerPrefix(index), names, h),
    );
  });
  if (layout.finalNorm !== undefined) x = layerNormForward(scope, layout.finalNorm, x);
  const weights = () => graph.input(TENSOR_INPUTS.tokenWeights, ['tokens', 'batch', 1]);
  return featuresForward(scope, spec.features, x, weights);
}
