import type { Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { GraphScope } from './graph-scope.ts';
import { kernelProduct, loraTermBackward } from './lora.ts';
import { timesMagnitude } from './magnitude.ts';

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
 * term (see lora.ts); with DoRA its rows have the lengths of the magnitude (see magnitude.ts). The bias is
 * that of the folded tensors (see fold-biases.ts), if they have one.
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
  const dProduct = timesMagnitude(scope, name, dy);
  const dx = scope.product(dProduct, scope.kernel(name));
  if (!scope.hasSeparateLora(name)) return dx;
  return scope.graph.apply('Add', [dx, loraTermBackward(scope, name, dProduct)]);
}

function productForward(scope: GraphScope, name: string, x: Value, scale: number, output?: string): Value {
  if (scope.magnitude(name) === undefined) return kernelProduct(scope, name, x, scale, output);
  return timesMagnitude(scope, name, kernelProduct(scope, name, x, scale), output);
}
