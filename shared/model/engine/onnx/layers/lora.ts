import { float, int, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { magnitudeBackward } from './magnitude.ts';

/**
 * The adapted weight of a dense layer with LoRA, [outputs, inputs], from the frozen W, A [rank, inputs] and B
 * [outputs, rank], without DoRA's magnitude:
 *
 *     V = W + s B A
 */
export function adaptedWeight(scope: GraphScope, name: string, weight: Value, output?: string): Value {
  const { a, b, scaling } = scope.pair(name);
  return scope.graph.apply('Gemm', [b, a, weight], { alpha: float(scaling) }, output);
}

/**
 * scale x K^T with the layer's kernel K, plus LoRA's separate term if it has one; named `output` if given.
 */
export function kernelProduct(scope: GraphScope, name: string, x: Value, scale = 1, output?: string): Value {
  const product = (as?: string) => scope.product(x, scope.kernel(name), { transposeRight: true, scale }, as);
  if (!scope.hasSeparateLora(name)) return product(output);
  return scope.graph.apply('Add', [product(), loraTerm(scope, name, x, scale)], {}, output);
}

/** LoRA's separate term in y = scale x W^T, for x [..., inputs]: scale s (x A^T) B^T. */
function loraTerm(scope: GraphScope, name: string, x: Value, scale: number): Value {
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
 * Outputs the gradients of the LoRA pair of the layer y = f x W'^T, if it has one, and of its magnitude:
 *
 *     dA = s f (dV B)^T x        dB = s f dV^T (x A^T)        dV = dy, or dy * m / n with DoRA
 *
 * The products over all rows have only r columns, and the gradient of the weight [outputs, inputs] is never
 * computed. With DoRA, the layer's product is computed again for the magnitude.
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
  const h = x();
  const input = states.toRows(h, inputs);
  const dV = magnitudeBackward(scope, name, dy, outputs, () => kernelProduct(scope, name, h), tokens, factor);
  const output = states.toRows(dV, outputs);
  const dyB = graph.apply('Gemm', [output, b]);
  const xA = graph.apply('Gemm', [input, a], { transB: int(1) });
  const product = (left: Value, right: Value, narrow: 'left' | 'right') =>
    states.gradientProduct({ left, right, narrow, scale: scaling * factor }, tokens);
  scope.gradient(name, 'a', product(dyB, input, 'left'));
  scope.gradient(name, 'b', product(output, xA, 'right'));
}
