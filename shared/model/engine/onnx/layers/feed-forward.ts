import type { LayerNames } from '#shared/model/engine/encoder-layout.ts';
import type { Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import { denseForward, productBackward } from './dense.ts';
import { geluBackward, geluForward } from './gelu.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';

/**
 * y = gelu(h W1^T + b1) W2^T + b2. The products apply the factors 1/sqrt(2) before GELU and sqrt(2) after it;
 * fold-biases.ts scales b1.
 */
export function feedForwardForward(scope: GraphScope, layer: string, names: LayerNames, h: Value): Value {
  const t = denseForward(scope, names.intermediate, h, { scale: Math.SQRT1_2 });
  const activated = geluForward(scope, t, slopeName(layer));
  return denseForward(scope, names.output, activated, { scale: Math.SQRT2 });
}

/** dh = (gelu'(h W1^T + b1) * (dy W2)) W1 */
export function feedForwardBackward(
  scope: BackwardScope,
  layer: string,
  names: LayerNames,
  dy: Value,
  tokens: TokenAxis,
): Value {
  const dActivated = productBackward(scope, names.output, dy);
  const width = scope.layout.intermediateSize;
  const dx = geluBackward(scope, dActivated, slopeName(layer), tokens, width);
  return productBackward(scope, names.intermediate, dx);
}

function slopeName(layer: string): string {
  return `${layer}.gelu-slope`;
}
