import { float, int, type Value } from '#shared/model/engine/onnx/graph/graph-builder.ts';
import type { GraphScope } from '#shared/model/engine/onnx/graph/graph-scope.ts';
import { loraTerm, loraTermBackward } from './lora.ts';

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
 * W is the frozen weight or, where LoRA sits on the layer, W + s B A: made once, or added to y as a term of its own
 * (see lora.ts).
 */
export function productForward(
  scope: GraphScope,
  name: string,
  x: Value,
  { output, scale = 1 }: ProductOptions = {},
): Value {
  const { graph } = scope;
  const factors = [x, scope.kernel(name)];
  const attributes = { transB: int(1), alpha: float(scale) };
  if (!scope.hasLoraBeside(name)) return graph.applyFused('FusedMatMul', factors, attributes, output);
  const product = graph.applyFused('FusedMatMul', factors, attributes);
  return graph.apply('Add', [product, loraTerm(scope, name, x, scale)], {}, output);
}

/** dx = dy W, for a scale of 1. There is no gradient of W and b: they are frozen. */
export function productBackward(scope: GraphScope, name: string, dy: Value): Value {
  const dx = scope.graph.applyFused('FusedMatMul', [dy, scope.kernel(name)]);
  return scope.hasLoraBeside(name) ? scope.graph.apply('Add', [dx, loraTermBackward(scope, name, dy)]) : dx;
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
