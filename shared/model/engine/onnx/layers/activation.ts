import type { Activation } from '#shared/model/engine/layout/encoder-layout.ts';
import { float, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { GraphScope } from './graph-scope.ts';

/** Names of an activation's results. */
export interface ActivationNames {
  /** Its value divided by {@link outputFactor}. */
  readonly value: string;
  /** Its derivative at x. */
  readonly slope: string;
}

/**
 * Factor that the product before an activation applies to x: the exact GELU is a function of x / sqrt(2). The
 * bias before it has the same factor, see fold-biases.ts.
 */
export function inputFactor(activation: Activation): number {
  return activation === 'gelu' ? Math.SQRT1_2 : 1;
}

/** Factor that the product after an activation applies. */
export function outputFactor(activation: Activation): number {
  return activation === 'gelu' ? Math.SQRT2 : 1;
}

/**
 * An activation, and its slope if the backward pass reads it: the forward pass computes the slope, so that x
 * need not be kept.
 *
 * @param t x times {@link inputFactor}.
 * @returns The activation divided by {@link outputFactor}.
 */
export function activationForward(
  scope: GraphScope,
  activation: Activation,
  t: Value,
  names: ActivationNames,
): Value {
  switch (activation) {
    case 'gelu':
      return gelu(scope, t, names);
    case 'gelu-tanh':
      return sigmoidProduct(scope, t, names, tanhGeluArgument(scope, t));
    case 'silu':
      return sigmoidProduct(scope, t, names, { z: t, slope: undefined });
  }
}

/**
 * The exact GELU of x = sqrt(2) t:
 *
 *     gelu(x) = sqrt(2) t Phi        gelu'(x) = Phi + x phi(x) = Phi + t exp(-t^2) / sqrt(pi)
 *     Phi = (1 + erf(t)) / 2
 *
 * Phi is HardSigmoid(erf(t)) with slope and offset 1/2: one operator, whose clamp has no effect because erf
 * lies in -1 to 1. For a large t^2, exp overflows to infinity and t / exp(t^2) is 0, which is the right
 * limit.
 */
function gelu({ graph, keeps }: GraphScope, t: Value, names: ActivationNames): Value {
  const half = { alpha: float(0.5), beta: float(0.5) };
  const phi = graph.apply('HardSigmoid', [graph.apply('Erf', [t])], half);
  const result = graph.apply('Mul', [t, phi], {}, names.value);
  if (keeps(names.slope)) {
    const decay = graph.apply('Exp', [graph.apply('Mul', [t, t])]);
    const density = graph.apply('Div', [t, decay]);
    const scaled = graph.apply('Mul', [density, graph.scalar(1 / Math.sqrt(Math.PI))]);
    graph.apply('Add', [scaled, phi], {}, names.slope);
  }
  return result;
}

/** The argument of a sigmoid and its derivative; undefined for 1. */
interface SigmoidArgument {
  readonly z: Value;
  readonly slope: Value | undefined;
}

/**
 * x p with p = sigmoid(z(x)), and its derivative p + x p (1 - p) z'(x): SiLU for z = x, and the approximation
 * of GELU by tanh, x (1 + tanh(z / 2)) / 2, since (1 + tanh(z / 2)) / 2 = sigmoid(z).
 */
function sigmoidProduct(
  { graph, keeps }: GraphScope,
  x: Value,
  names: ActivationNames,
  { z, slope }: SigmoidArgument,
): Value {
  const p = graph.apply('Sigmoid', [z]);
  const result = graph.apply('Mul', [x, p], {}, names.value);
  if (keeps(names.slope)) {
    const rest = graph.apply('Mul', [result, graph.apply('Sub', [graph.scalar(1), p])]);
    const steep = slope === undefined ? rest : graph.apply('Mul', [rest, slope]);
    graph.apply('Add', [steep, p], {}, names.slope);
  }
  return result;
}

/** z = 2 sqrt(2 / pi) (x + 0.044715 x^3). */
function tanhGeluArgument({ graph }: GraphScope, x: Value): SigmoidArgument {
  const linear = 2 * Math.sqrt(2 / Math.PI);
  const cubic = 0.044715 * linear;
  const square = graph.apply('Mul', [x, x]);
  const polynomial = (third: number) =>
    graph.apply('Add', [graph.apply('Mul', [square, graph.scalar(third)]), graph.scalar(linear)]);
  return { z: graph.apply('Mul', [x, polynomial(cubic)]), slope: polynomial(3 * cubic) };
}
