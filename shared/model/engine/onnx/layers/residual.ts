import type { Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxes } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { normBackward, normForward } from './norm.ts';

/**
 * A sublayer f with its shortcut and norm:
 *
 *     after (BERT):  y = norm(x + f(x))        before (ViT):  y = x + f(norm(x))
 *
 * If the output has only feature tokens, the shortcut takes the feature tokens of x.
 *
 * @param norm Undefined for a sublayer without a norm.
 */
export function residualForward(
  scope: GraphScope,
  norm: string | undefined,
  x: Value,
  axes: TokenAxes,
  sublayer: (input: Value) => Value,
): Value {
  const shortcut = axes.input === axes.output ? x : scope.states.featureTokens(x);
  const sum = (value: Value) => scope.graph.apply('Add', [value, shortcut]);
  const normed = (value: Value) => (norm === undefined ? value : normForward(scope, norm, value));
  return scope.layout.normPlacement === 'after' ? normed(sum(sublayer(x))) : sum(sublayer(normed(x)));
}

/**
 *     after:  dz = norm'(dy), dx = dz + f'(dz)        before:  dx = dy + norm'(f'(dy))
 *
 * @param sublayerBackward Gradient at the sublayer's input from that at its output; undefined if nothing
 *   below trains.
 */
export function residualBackward(
  scope: BackwardScope,
  norm: string | undefined,
  dy: Value,
  axes: TokenAxes,
  sublayerBackward: (dOutput: Value) => Value | undefined,
): Value | undefined {
  const sum = (dShortcut: Value, dSublayer: Value) =>
    axes.input === axes.output
      ? scope.graph.apply('Add', [dSublayer, dShortcut])
      : scope.states.addToFeatureTokens(dSublayer, dShortcut);
  const throughNorm = (value: Value, tokens: TokenAxes['input']) =>
    norm === undefined ? value : normBackward(scope, norm, value, tokens);
  if (scope.layout.normPlacement === 'after') {
    const dz = throughNorm(dy, axes.output);
    const dSublayer = sublayerBackward(dz);
    return dSublayer === undefined ? undefined : sum(dz, dSublayer);
  }
  const dNorm = sublayerBackward(dy);
  return dNorm === undefined ? undefined : sum(dy, throughNorm(dNorm, axes.input));
}
