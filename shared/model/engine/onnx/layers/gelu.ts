import { float, type Value } from '#shared/model/engine/onnx/graph/graph-builder.ts';
import type { BackwardScope, GraphScope } from '#shared/model/engine/onnx/graph/graph-scope.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/graph/token-layout.ts';

/**
 * The exact GELU of x = sqrt(2) t, and its slope for the way back:
 *
 *     gelu(x) = sqrt(2) t Phi        gelu'(x) = Phi + x phi(x) = Phi + t exp(-t^2) / sqrt(pi)
 *     Phi = (1 + erf(t)) / 2
 *
 * The slope is made here because it needs t and Phi, of which nothing else is then kept. Phi is HardSigmoid(erf(t))
 * with slope and offset 1/2: one pass, and its clamp never acts. A large t^2 overflows exp to infinity and the
 * quotient t / exp(t^2) is then 0, as it should be.
 *
 * @param t x / sqrt(2).
 * @returns gelu(x) / sqrt(2): whoever multiplies next puts the factor back.
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
