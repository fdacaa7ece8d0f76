import type { Value } from '#shared/model/engine/onnx/graph/graph-builder.ts';
import type { BackwardScope, GraphScope } from '#shared/model/engine/onnx/graph/graph-scope.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/graph/token-layout.ts';
import { layerNormBackward, layerNormForward } from './layer-norm.ts';

/** Token axes of what enters a part of a layer and what leaves it: the last layer may keep the first token alone. */
export interface TokenAxes {
  readonly entering: TokenAxis;
  readonly leaving: TokenAxis;
}

/**
 * A part of a layer around its shortcut and layer norm:
 *
 *     after (BERT):  y = norm(x + f(x))        before (ViT):  y = x + f(norm(x))
 *
 * Where only the first token leaves, the shortcut takes the first token of x.
 */
export function residualForward(
  scope: GraphScope,
  norm: string,
  x: Value,
  axes: TokenAxes,
  part: (input: Value) => Value,
): Value {
  const shortcut = axes.entering === axes.leaving ? x : scope.states.firstTokens(x);
  const sum = (value: Value) => scope.graph.apply('Add', [value, shortcut]);
  return scope.layout.normPlacement === 'after'
    ? layerNormForward(scope, norm, sum(part(x)))
    : sum(part(layerNormForward(scope, norm, x)));
}

/**
 *     after:  dz = norm'(dy), dx = dz + f'(dz)        before:  dx = dy + norm'(f'(dy))
 *
 * @param partBackward Gradient at the part's input from that at its output; undefined when nothing below trains.
 */
export function residualBackward(
  scope: BackwardScope,
  norm: string,
  dy: Value,
  axes: TokenAxes,
  partBackward: (dOutput: Value) => Value | undefined,
): Value | undefined {
  const sum = (dShortcut: Value, dPart: Value) =>
    axes.entering === axes.leaving
      ? scope.graph.apply('Add', [dPart, dShortcut])
      : scope.states.addToFirstTokens(dPart, dShortcut);
  if (scope.layout.normPlacement === 'after') {
    const dz = layerNormBackward(scope, norm, dy, axes.leaving);
    const dPart = partBackward(dz);
    return dPart === undefined ? undefined : sum(dz, dPart);
  }
  const dNorm = partBackward(dy);
  return dNorm === undefined ? undefined : sum(dy, layerNormBackward(scope, norm, dNorm, axes.entering));
}
