import { float, int, type Value } from '../graph/graph-builder.ts';
import type { BackwardScope, GraphScope } from '../graph/graph-scope.ts';

/**
 * A dense layer with LoRA on a frozen weight, x [..., inputs] -> y [..., outputs]:
 *
 *     W' = W + s B A        y = x W'^T + b
 *
 * W' is made anew in each graph: one small product against as many large ones as there are rows.
 */
export function denseForward(scope: GraphScope, name: string, x: Value): Value {
  const { graph } = scope;
  const product = graph.applyFused('FusedMatMul', [x, adaptedWeight(scope, name)], { transB: int(1) });
  return graph.apply('Add', [product, scope.weight(`${name}.bias`)], {}, `${name}.output`);
}

/** dx = dy W' */
export function denseInputGradient(scope: GraphScope, name: string, dy: Value): Value {
  return scope.graph.applyFused('FusedMatMul', [dy, adaptedWeight(scope, name)]);
}

/**
 * Hands out the gradients of the LoRA pair on a dense layer, if there is one:
 *
 *     dA = s (dy B)^T x        dB = s dy^T (x A^T)
 *
 * There is no gradient of W and b: they are frozen.
 *
 * @param x Makes the layer's input; called only where there is a pair.
 */
export function denseLoraGradients(scope: BackwardScope, name: string, dy: Value, x: () => Value): void {
  const { graph, layout } = scope;
  const pair = scope.lora(name);
  if (pair === undefined) return;
  const rows = (value: Value) => graph.apply('Reshape', [value, graph.integers(-1, layout.hiddenSize)]);
  const input = rows(x());
  const output = rows(dy);
  const alpha = float(pair.scaling);
  const dyB = graph.apply('Gemm', [output, pair.b]);
  const xA = graph.apply('Gemm', [input, pair.a], { transB: int(1) });
  scope.loraGradient(name, 'a', graph.apply('Gemm', [dyB, input], { transA: int(1), alpha }));
  scope.loraGradient(name, 'b', graph.apply('Gemm', [output, xA], { transA: int(1), alpha }));
}

function adaptedWeight(scope: GraphScope, name: string): Value {
  const weight = scope.weight(`${name}.weight`);
  const pair = scope.lora(name);
  if (pair === undefined) return weight;
  return scope.graph.apply('Gemm', [pair.b, pair.a, weight], { alpha: float(pair.scaling) });
}
