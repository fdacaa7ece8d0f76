import type { LayerNames } from '../../encoder-layout.ts';
import type { Value } from '../graph/graph-builder.ts';
import type { BackwardScope, GraphScope } from '../graph/graph-scope.ts';
import { attentionBackward, attentionForward } from './attention.ts';
import { denseForward, denseInputGradient, denseLoraGradients } from './dense.ts';
import { firstTokenBackward, firstTokenForward } from './first-token.ts';
import type { TokenAxes } from './residual.ts';

/** Projections, attention and the dense layer after it, h [tokens, batch, hidden]; `layer` begins the activations' names. */
export function selfAttentionForward(
  scope: GraphScope,
  layer: string,
  names: LayerNames,
  h: Value,
  axes: TokenAxes,
  mask: Value | undefined,
): Value {
  const queried = axes.entering === axes.leaving ? h : firstTokenForward(scope, h);
  const context = attentionForward(scope, layer, {
    query: denseForward(scope, names.query, queried),
    key: denseForward(scope, names.key, h),
    value: denseForward(scope, names.value, h),
    mask,
  });
  return denseForward(scope, names.attentionOutput, context);
}

/**
 * Gradient at h, the sum over the three projections, and the gradients of their LoRA pairs.
 *
 * @param h Makes the part's input; called only where LoRA needs it.
 * @param needsInput Whether anything below this layer trains.
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
  const { graph } = scope;
  const dContext = denseInputGradient(scope, names.attentionOutput, dOutput);
  const needs = (name: string) => needsInput || scope.lora(name) !== undefined;
  const gradients = attentionBackward(scope, layer, names, dContext, axes.leaving, {
    query: needs(names.query),
    key: needs(names.key),
    value: needs(names.value),
  });
  const same = axes.entering === axes.leaving;
  const input = once(h);
  const queried = once(() => (same ? input() : firstTokenForward(scope, input())));
  const { query, key, value } = gradients;
  if (query !== undefined) denseLoraGradients(scope, names.query, query, queried);
  if (key !== undefined) denseLoraGradients(scope, names.key, key, input);
  if (value !== undefined) denseLoraGradients(scope, names.value, value, input);
  if (!needsInput || query === undefined || key === undefined || value === undefined) return undefined;
  const dQueried = denseInputGradient(scope, names.query, query);
  const dKeyValue = graph.apply('Add', [
    denseInputGradient(scope, names.key, key),
    denseInputGradient(scope, names.value, value),
  ]);
  return same ? graph.apply('Add', [dKeyValue, dQueried]) : firstTokenBackward(scope, dQueried, dKeyValue);
}

/** Makes a value on first use and the same one ever after. */
function once(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
