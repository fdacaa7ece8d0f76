import { float, int, type Value } from '#shared/model/engine/onnx/graph/graph-builder.ts';
import type { BackwardScope, GraphScope } from '#shared/model/engine/onnx/graph/graph-scope.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/graph/token-layout.ts';

/**
 * The weight of a dense layer with LoRA, [outputs, inputs], from the frozen W, A [rank, inputs] and B [outputs, rank]:
 *
 *     W' = W + s B A,   s = alpha / rank
 */
export function loraForward(scope: GraphScope, name: string, weight: Value, output: string): Value {
  const { a, b, scaling } = scope.pair(name);
  return scope.graph.apply('Gemm', [b, a, weight], { alpha: float(scaling) }, output);
}

/** What LoRA adds to y = scale x W^T, for x [..., inputs]: scale s (x A^T) B^T. */
export function loraTerm(scope: GraphScope, name: string, x: Value, scale: number): Value {
  const { a, b, scaling } = scope.pair(name);
  const xA = scope.graph.applyFused('FusedMatMul', [x, a], { transB: int(1) });
  return scope.graph.applyFused('FusedMatMul', [xA, b], { transB: int(1), alpha: float(scale * scaling) });
}

/** What LoRA adds to dx = dy W: s (dy B) A. */
export function loraTermBackward(scope: GraphScope, name: string, dy: Value): Value {
  const { a, b, scaling } = scope.pair(name);
  const dyB = scope.graph.applyFused('FusedMatMul', [dy, b]);
  return scope.graph.applyFused('FusedMatMul', [dyB, a], { alpha: float(scaling) });
}

/**
 * Hands out the gradients of the LoRA pair on the layer y = x W'^T:
 *
 *     dA = s (dy B)^T x        dB = s dy^T (x A^T)
 *
 * Two products over all rows with a result of r columns each, then two with r rows: dW' itself, outputs x inputs for
 * every row, is never made.
 */
export function loraBackward(
  scope: BackwardScope,
  name: string,
  dy: Value,
  x: Value,
  tokens: TokenAxis,
): void {
  const { graph, layout, states } = scope;
  const { a, b, scaling } = scope.pair(name);
  const input = states.toRows(x, layout.hiddenSize);
  const output = states.toRows(dy, layout.hiddenSize);
  const dyB = graph.apply('Gemm', [output, b]);
  const xA = graph.apply('Gemm', [input, a], { transB: int(1) });
  const product = (left: Value, right: Value, narrow: 'left' | 'right') =>
    states.gradientProduct({ left, right, narrow, scale: scaling }, tokens);
  scope.gradient(name, 'a', product(dyB, input, 'left'));
  scope.gradient(name, 'b', product(output, xA, 'right'));
}
