import { float, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';

/**
 * The exact GELU of x = sqrt(2) t, and its slope for the backward pass:
 *
 *     gelu(x) = sqrt(2) t Phi        gelu'(x) = Phi + x phi(x) = Phi + t exp(-t^2) / sqrt(pi)
 *     Phi = (1 + erf(t)) / 2
 *
 * The forward pass computes the slope, so that neither t nor Phi need be kept. Phi is HardSigmoid(erf(t))
 * with slope and offset 1/2: one operator, whose clamp has no effect because erf lies in -1 to 1. For a large
 * t^2, exp overflows to infinity and t / exp(t^2) is 0, which is the right limit.
 *
 * @param t x / sqrt(2).
 * @returns gelu(x) / sqrt(2). The next product applies the factor sqrt(2).
 */
export function geluForward({ graph, keeps }: GraphScope, t: Value, slopeName: string): Value {
  const half = { alpha: float(0.5), beta: float(0.5) };
  const phi = graph.apply('HardSigmoid', [graph.apply('Erf', [t])], half);
  const result = graph.apply('Mul', [t, phi]);
  if (keeps(slopeName)) {
    const decay = graph.apply('Exp', [graph.apply('Mul', [t, t])]);
    const density = graph.apply('Div', [t, decay]);
    const scaled = graph.apply('Mul', [density, graph.scalar(1 / Math.sqrt(Math.PI))]);
    graph.apply('Add', [scaled, phi], {}, slopeName);
  }
  return result;
}

/** dx = dy * gelu'(x), from the kept slope. */
export function geluBackward(
  scope: BackwardScope,
  dy: Value,
  slopeName: string,
  tokens: TokenAxis,
  width: number,
): Value {
  return scope.graph.apply('Mul', [dy, scope.kept(slopeName, scope.states.shape(tokens, width))]);
}
