import type { LayerNames } from '#shared/model/engine/encoder-layout.ts';
import type { Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxes, TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import { attentionBackward, attentionForward } from './attention.ts';
import { denseForward, productBackward, productForward } from './dense.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { loraBackward } from './lora.ts';

/**
 * Projections, attention and the dense layer after it, for h of all tokens. `layer` prefixes the activations'
 * names.
 */
export function selfAttentionForward(
  scope: GraphScope,
  layer: string,
  names: LayerNames,
  h: Value,
  axes: TokenAxes,
  mask: Value | undefined,
): Value {
  const queried = axes.input === axes.output ? h : scope.states.firstTokens(h);
  const context = attentionForward(scope, layer, {
    query: denseForward(scope, names.query, queried, { output: `${layer}.query` }),
    key: productForward(scope, names.key, h, { output: `${layer}.key` }),
    value: productForward(scope, names.value, h, { output: `${layer}.value` }),
    queryTokens: axes.output,
    mask,
  });
  return denseForward(scope, names.attentionOutput, context);
}

/**
 * Gradient at h, the sum over the three projections, and the gradients of their LoRA pairs.
 *
 * @param h Adds the sublayer's input to the graph; called only if a LoRA gradient needs it.
 * @param needsInput Whether a layer below this one trains.
 */
export function selfAttentionBackward(
  scope: BackwardScope,
  layer: string,
  names: LayerNames,
  dOutput: Value,
  h: () => Value,
  axes: TokenAxes,
  needsInput: boolean,
): Value | undefined {
  const { graph, states } = scope;
  const dContext = productBackward(scope, names.attentionOutput, dOutput);
  const needs = (name: string) => needsInput || scope.hasLora(name);
  const gradients = attentionBackward(scope, layer, dContext, axes.output, {
    query: needs(names.query),
    key: needs(names.key),
    value: needs(names.value),
  });
  const same = axes.input === axes.output;
  const input = once(h);
  const queried = once(() => (same ? input() : states.firstTokens(input())));
  const { query, key, value } = gradients;
  const train = (name: string, dy: Value | undefined, x: () => Value, tokens: TokenAxis) => {
    if (dy !== undefined && scope.hasLora(name)) loraBackward(scope, name, dy, x(), tokens);
  };
  train(names.query, query, queried, axes.output);
  train(names.key, key, input, 'tokens');
  train(names.value, value, input, 'tokens');
  if (!needsInput || query === undefined || key === undefined || value === undefined) return undefined;
  const dQueried = productBackward(scope, names.query, query);
  const dKeyValue = graph.apply('Add', [
    productBackward(scope, names.key, key),
    productBackward(scope, names.value, value),
  ]);
  return same ? graph.apply('Add', [dKeyValue, dQueried]) : states.addToFirstTokens(dKeyValue, dQueried);
}

/** Calls `make` on first use and returns the same value afterwards. */
function once(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
