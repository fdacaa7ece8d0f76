import type { Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxes } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { layerNormBackward, layerNormForward } from './layer-norm.ts';

/**
 * A sublayer f with its shortcut and layer norm:
 *
 *     after (BERT):  y = norm(x + f(x))        before (ViT):  y = x + f(norm(x))
 *
 * If the output has only first tokens, the shortcut takes the first tokens of x.
 */
export function residualForward(
  scope: GraphScope,
  norm: string,
  x: Value,
  axes: TokenAxes,
  sublayer: (input: Value) => Value,
): Value {
  const shortcut = axes.input === axes.output ? x : scope.states.firstTokens(x);
  const sum = (value: Value) => scope.graph.apply('Add', [value, shortcut]);
  return scope.layout.normPlacement === 'after'
    ? layerNormForward(scope, norm, sum(sublayer(x)))
    : sum(sublayer(layerNormForward(scope, norm, x)));
}

/**
 *     after:  dz = norm'(dy), dx = dz + f'(dz)        before:  dx = dy + norm'(f'(dy))
 *
 * @param sublayerBackward Gradient at the sublayer's input from that at its output; undefined if nothing
 *   below trains.
 */
export function residualBackward(
  scope: BackwardScope,
  norm: string,
  dy: Value,
  axes: TokenAxes,
  sublayerBackward: (dOutput: Value) => Value | undefined,
): Value | undefined {
  const sum = (dShortcut: Value, dSublayer: Value) =>
    axes.input === axes.output
      ? scope.graph.apply('Add', [dSublayer, dShortcut])
      : scope.states.addToFirstTokens(dSublayer, dShortcut);
  if (scope.layout.normPlacement === 'after') {
    const dz = layerNormBackward(scope, norm, dy, axes.output);
    const dSublayer = sublayerBackward(dz);
    return dSublayer === undefined ? undefined : sum(dz, dSublayer);
  }
  const dNorm = sublayerBackward(dy);
  return dNorm === undefined ? undefined : sum(dy, layerNormBackward(scope, norm, dNorm, axes.input));
}
