import { float, int, type Value } from '../graph/graph-builder.ts';
import type { GraphScope } from '../graph/graph-scope.ts';

export interface ProductOptions {
  /** Name of the result. */
  readonly output?: string;
  /** Factor on the product, 1 when not given; it costs nothing. */
  readonly scale?: number;
}

/**
 * The product of a dense layer, x [..., inputs] -> [..., outputs], without its bias:
 *
 *     y = scale x W^T
 *
 * W is the frozen weight or, where LoRA sits on the layer, W + s B A (see lora.ts).
 */
export function productForward(
  { graph, kernel }: GraphScope,
  name: string,
  x: Value,
  { output, scale = 1 }: ProductOptions = {},
): Value {
  const attributes = { transB: int(1), alpha: float(scale) };
  return graph.applyFused('FusedMatMul', [x, kernel(name)], attributes, output);
}

/** dx = dy W, for a scale of 1. There is no gradient of W and b: they are frozen. */
export function productBackward({ graph, kernel }: GraphScope, name: string, dy: Value): Value {
  return graph.applyFused('FusedMatMul', [dy, kernel(name)]);
}

/** A dense layer, y = scale x W^T + b. */
export function denseForward(
  scope: GraphScope,
  name: string,
  x: Value,
  { output, scale = 1 }: ProductOptions = {},
): Value {
  const product = productForward(scope, name, x, { scale });
  return scope.graph.apply('Add', [product, scope.weight(`${name}.bias`)], {}, output);
}
