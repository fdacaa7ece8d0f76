import { float, int, type Value } from '../graph/graph-builder.ts';
import type { BackwardScope, GraphScope } from '../graph/graph-scope.ts';

/**
 * The weight of a dense layer with LoRA, [outputs, inputs], from the frozen W, A [rank, inputs] and B [outputs, rank]:
 *
 *     W' = W + s B A,   s = alpha / rank
 */
export function loraForward(scope: GraphScope, name: string, weight: Value, output: string): Value {
  const { a, b, scaling } = scope.pair(name);
  return scope.graph.apply('Gemm', [b, a, weight], { alpha: float(scaling) }, output);
}

/**
 * Hands out the gradients of the LoRA pair on the layer y = x W'^T:
 *
 *     dA = s (dy B)^T x        dB = s dy^T (x A^T)
 *
 * Two products over all rows with a result of r columns each, then two with r rows: dW' itself, outputs x inputs for
 * every row, is never made.
 */
export function loraBackward(scope: BackwardScope, name: string, dy: Value, x: Value): void {
  const { graph, layout } = scope;
  const { a, b, scaling } = scope.pair(name);
  const rows = (value: Value) => graph.apply('Reshape', [value, graph.integers(-1, layout.hiddenSize)]);
  const input = rows(x);
  const output = rows(dy);
  const dyB = graph.apply('Gemm', [output, b]);
  const xA = graph.apply('Gemm', [input, a], { transB: int(1) });
  const attributes = { transA: int(1), alpha: float(scaling) };
  scope.gradient(name, 'a', graph.apply('Gemm', [dyB, input], attributes));
  scope.gradient(name, 'b', graph.apply('Gemm', [output, xA], attributes));
}
