import { int, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';

/*
 * DoRA: with V = W + s B A and n the lengths of its rows,
 *
 *     y = x W'^T + b        W' = diag(m / n) V
 *
 * As in PEFT, n is a constant for gradients. The kernel of a layer with merged DoRA is diag(1 / n) V, so that
 * the gradient of m needs no division by m; with separate LoRA it is the frozen W. Products with the kernel,
 * and with LoRA's separate term, are then multiplied by m or m / n.
 */

/** 1 / n, [outputs], of V [outputs, inputs]; named `output` if given. */
export function inverseNorms({ graph }: GraphScope, v: Value, output?: string): Value {
  const squares = graph.apply('ReduceSum', [graph.apply('Mul', [v, v]), graph.integers(1)], {
    keepdims: int(0),
  });
  return graph.apply('Div', [graph.scalar(1), graph.apply('Sqrt', [squares])], {}, output);
}

/** diag(1 / n) V, [outputs, inputs]; named `output` if given. */
export function unitRows({ graph }: GraphScope, v: Value, inverseNorm: Value, output?: string): Value {
  return graph.apply('Mul', [v, graph.apply('Unsqueeze', [inverseNorm, graph.integers(1)])], {}, output);
}

/** The factor of a product with the layer's kernel, [outputs]; undefined without DoRA. */
export function productFactor(scope: GraphScope, name: string): Value | undefined {
  const magnitude = scope.magnitude(name);
  if (magnitude === undefined) return undefined;
  const { m, inverseNorm } = magnitude;
  return scope.hasSeparateLora(name) ? scope.graph.apply('Mul', [m, inverseNorm]) : m;
}

/** A state of the layer's outputs times {@link productFactor}; the state itself without DoRA. */
export function timesMagnitude(scope: GraphScope, name: string, state: Value, output?: string): Value {
  const factor = productFactor(scope, name);
  return factor === undefined ? state : scope.graph.apply('Mul', [state, factor], {}, output);
}

/**
 * Outputs the gradient of the magnitude of the layer y = f x W'^T, and returns the gradient at x V^T:
 *
 *     dm = f sum over rows of dy * (x V^T) / n        dV = dy * m / n
 *
 * Without DoRA, returns dy.
 *
 * @param product Adds the product of the layer's input with its kernel, LoRA's separate term included.
 */
export function magnitudeBackward(
  scope: BackwardScope,
  name: string,
  dy: Value,
  outputs: number,
  product: () => Value,
  tokens: TokenAxis,
  factor: number,
): Value {
  const magnitude = scope.magnitude(name);
  if (magnitude === undefined) return dy;
  const { graph, states } = scope;
  const { m, inverseNorm } = magnitude;
  const toRows = (state: Value) => states.toRows(state, outputs);
  const terms = graph.apply('Mul', [toRows(dy), toRows(product())]);
  const scaled = scope.hasSeparateLora(name) ? graph.apply('Mul', [terms, inverseNorm]) : terms;
  // The sum over rows is a product with ones, which has the order of LoRA's other gradients. A product with a
  // single column would use another algorithm.
  const rows = graph.apply('Shape', [scaled], { start: int(0), end: int(1) });
  const shape = graph.apply('Concat', [rows, graph.integers(2)], { axis: int(0) });
  const ones = graph.apply('Expand', [graph.scalar(1), shape]);
  const sums = states.gradientProduct({ left: scaled, right: ones, narrow: 'right', scale: factor }, tokens);
  const first = graph.apply('Gather', [sums, graph.integers(0)], { axis: int(-1) });
  scope.gradient(name, 'm', graph.apply('Squeeze', [first, graph.integers(-1)]));
  return graph.apply('Mul', [dy, graph.apply('Mul', [m, inverseNorm])]);
}
