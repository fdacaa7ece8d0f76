import { float, int, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';

/**
 * The merged weight of a dense layer with LoRA, [outputs, inputs], from the frozen W, A [rank, inputs] and B
 * [outputs, rank]:
 *
 *     W' = W + s B A
 */
export function mergedWeight(scope: GraphScope, name: string, weight: Value, output: string): Value {
  const { a, b, scaling } = scope.pair(name);
  return scope.graph.apply('Gemm', [b, a, weight], { alpha: float(scaling) }, output);
}

/** LoRA's separate term in y = scale x W^T, for x [..., inputs]: scale s (x A^T) B^T. */
export function loraTerm(scope: GraphScope, name: string, x: Value, scale: number): Value {
  const { a, b, scaling } = scope.pair(name);
  const xA = scope.product(x, a, { transposeRight: true });
  return scope.product(xA, b, { transposeRight: true, scale: scale * scaling });
}

/** LoRA's separate term in dx = dy W: s (dy B) A. */
export function loraTermBackward(scope: GraphScope, name: string, dy: Value): Value {
  const { a, b, scaling } = scope.pair(name);
  const dyB = scope.product(dy, b);
  return scope.product(dyB, a, { scale: scaling });
}

/**
 * Outputs the gradients of the LoRA pair of the layer y = f x W'^T, if it has one:
 *
 *     dA = s f (dy B)^T x        dB = s f dy^T (x A^T)
 *
 * The products over all rows have only r columns, and dW' [outputs, inputs] is never computed.
 *
 * @param x Adds the layer's input to the graph.
 * @param factor f, 1 by default.
 */
export function loraBackward(
  scope: BackwardScope,
  name: string,
  dy: Value,
  x: () => Value,
  tokens: TokenAxis,
  factor = 1,
): void {
  if (!scope.hasLora(name)) return;
  const { graph, states } = scope;
  const { a, b, inputs, outputs, scaling } = scope.pair(name);
  const input = states.toRows(x(), inputs);
  const output = states.toRows(dy, outputs);
  const dyB = graph.apply('Gemm', [output, b]);
  const xA = graph.apply('Gemm', [input, a], { transB: int(1) });
  const product = (left: Value, right: Value, narrow: 'left' | 'right') =>
    states.gradientProduct({ left, right, narrow, scale: scaling * factor }, tokens);
  scope.gradient(name, 'a', product(dyB, input, 'left'));
  scope.gradient(name, 'b', product(output, xA, 'right'));
}
