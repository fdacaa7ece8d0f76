import type { Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { GraphScope } from './graph-scope.ts';
import { loraTerm, loraTermBackward } from './lora.ts';

export interface ProductOptions {
  /** Name of the result. */
  readonly output?: string;
  /** Factor of the product, 1 by default. */
  readonly scale?: number;
}

/**
 * A dense layer, x [..., inputs] -> [..., outputs]:
 *
 *     y = scale x W^T + b
 *
 * W is the frozen weight or, if the layer has LoRA, W + s B A: as a merged weight, or with LoRA as a separate
 * term (see lora.ts). The bias is that of the folded tensors (see fold-biases.ts), if they have one.
 */
export function denseForward(
  scope: GraphScope,
  name: string,
  x: Value,
  { output, scale = 1 }: ProductOptions = {},
): Value {
  const bias = `${name}.bias`;
  if (!scope.hasWeight(bias)) return productForward(scope, name, x, scale, output);
  return scope.graph.apply('Add', [productForward(scope, name, x, scale), scope.weight(bias)], {}, output);
}

/** dx = dy W, for a scale of 1. W and b are frozen and have no gradient. */
export function denseBackward(scope: GraphScope, name: string, dy: Value): Value {
  const dx = scope.product(dy, scope.kernel(name));
  return scope.hasSeparateLora(name) ? scope.graph.apply('Add', [dx, loraTermBackward(scope, name, dy)]) : dx;
}

function productForward(scope: GraphScope, name: string, x: Value, scale: number, output?: string): Value {
  const frozen = (as?: string) => scope.product(x, scope.kernel(name), { transposeRight: true, scale }, as);
  if (!scope.hasSeparateLora(name)) return frozen(output);
  return scope.graph.apply('Add', [frozen(), loraTerm(scope, name, x, scale)], {}, output);
}
