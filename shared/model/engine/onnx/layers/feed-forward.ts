import type { LayerNames } from '../../encoder-layout.ts';
import type { Value } from '../graph/graph-builder.ts';
import { type BackwardScope, type GraphScope, hiddenShape, type TokenAxis } from '../graph/graph-scope.ts';
import { denseForward, denseInputGradient } from './dense.ts';
import { geluBackward, geluForward } from './gelu.ts';

/** y = W2 gelu(W1 h + b1) + b2, h [tokens, batch, hidden]. */
export function feedForwardForward(scope: GraphScope, names: LayerNames, h: Value): Value {
  const activated = geluForward(scope, denseForward(scope, names.intermediate, h));
  return denseForward(scope, names.output, activated);
}

/** dh = W1^T (gelu'(W1 h + b1) * (W2^T dy)), from the kept W1 h + b1. */
export function feedForwardBackward(
  scope: BackwardScope,
  names: LayerNames,
  dy: Value,
  tokens: TokenAxis,
): Value {
  const beforeGelu = scope.kept(
    `${names.intermediate}.output`,
    hiddenShape(tokens, scope.layout.intermediateSize),
  );
  const dActivated = denseInputGradient(scope, names.output, dy);
  return denseInputGradient(scope, names.intermediate, geluBackward(scope, dActivated, beforeGelu));
}
