import { attentionWidths } from '#shared/model/engine/layout/dense-layers.ts';
import type { LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxes } from '#shared/model/engine/onnx/spec/token-axes.ts';
import { attentionBackward, attentionForward, keptContext } from './attention.ts';
import { denseBackward, denseForward } from './dense.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { loraBackward } from './lora.ts';
import { projectionNames, projectionNeeds, projectionsBackward, projectionsForward } from './projections.ts';

/**
 * Projections, attention and the dense layer after it, for h of all tokens. `prefix` begins the activations'
 * names.
 */
export function selfAttentionForward(
  scope: GraphScope,
  prefix: string,
  layer: LayerLayout,
  h: Value,
  axes: TokenAxes,
): Value {
  const values = projectionsForward(scope, prefix, layer, h, axes);
  const context = attentionForward(scope, prefix, layer, values, axes.output);
  return denseForward(scope, layer.attentionOutput, context);
}

/**
 * Gradient at h and the gradients of the LoRA pairs.
 *
 * @param h Adds the sublayer's input to the graph; called only if a LoRA gradient needs it.
 * @param needsInput Whether a layer below this one trains.
 */
export function selfAttentionBackward(
  scope: BackwardScope,
  prefix: string,
  layer: LayerLayout,
  dOutput: Value,
  h: () => Value,
  axes: TokenAxes,
  needsInput: boolean,
): Value | undefined {
  const { attentionOutput, projections } = layer;
  const { query: width } = attentionWidths(scope.layout);
  const context = () => scope.states.withWidths(keptContext(scope, prefix, axes.output), width);
  loraBackward(scope, attentionOutput, dOutput, context, axes.output);
  if (!needsInput && !projectionNames(projections).some(scope.hasLora)) return undefined;
  const dContext = denseBackward(scope, attentionOutput, dOutput);
  const needs = projectionNeeds(scope, layer, needsInput);
  const gradients = attentionBackward(scope, prefix, layer, dContext, axes.output, needs);
  return projectionsBackward(scope, layer, gradients, h, axes, needsInput);
}
