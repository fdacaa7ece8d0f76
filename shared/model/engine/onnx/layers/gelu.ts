import { float, type Value } from '../graph/graph-builder.ts';
import type { GraphScope } from '../graph/graph-scope.ts';

/** The exact GELU, y = x Phi(x), Phi(x) = (1 + erf(x / sqrt(2))) / 2. */
export function geluForward({ graph }: GraphScope, x: Value): Value {
  return graph.applyFused('Gelu', [x]);
}

/**
 *     dx = dy * (Phi(x) + x phi(x)),   phi(x) = exp(-x^2 / 2) / sqrt(2 pi)
 *
 * With t = x / sqrt(2), Phi is HardSigmoid(erf(t)) with slope and offset 1/2 (its clamp never acts), and
 * x phi(x) = (t / exp(t^2)) / sqrt(pi): a large t^2 overflows to infinity and the quotient is then 0, as it should be.
 */
export function geluBackward({ graph }: GraphScope, dy: Value, x: Value): Value {
  const t = graph.apply('Mul', [x, graph.scalar(Math.SQRT1_2)]);
  const half = { alpha: float(0.5), beta: float(0.5) };
  const phi = graph.apply('HardSigmoid', [graph.apply('Erf', [t])], half);
  const decay = graph.apply('Exp', [graph.apply('Mul', [t, t])]);
  const density = graph.apply('Div', [t, decay]);
  const slope = graph.apply('Add', [
    graph.apply('Mul', [density, graph.scalar(1 / Math.sqrt(Math.PI))]),
    phi,
  ]);
  return graph.apply('Mul', [slope, dy]);
}
