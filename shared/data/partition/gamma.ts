import type { RandomStream } from '#shared/random/random-stream.ts';

/**
 * Draws the logarithm of a Gamma(shape, 1) variate, shape > 0. Method of Marsaglia and Tsang, "A Simple
 * Method for Generating Gamma Variables" (2000); for shape < 1, Gamma(shape) = Gamma(shape + 1) * U^(1 /
 * shape). The logarithm is used because the variate itself underflows for small shapes.
 */
export function logGammaSample(stream: RandomStream, shape: number): number {
  if (shape < 1) {
    // 1 - u is in (0, 1], so its logarithm is finite.
    const boost = Math.log(1 - stream.uniform()) / shape;
    return boost + logGammaSample(stream, shape + 1);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = stream.normal();
    const v = (1 + c * normal) ** 3;
    if (v <= 0) continue;
    const u = 1 - stream.uniform();
    if (Math.log(u) < 0.5 * normal * normal + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/**
 * Draws from the symmetric Dirichlet(alpha) over `count` parts: non-negative values that sum to 1 up to
 * rounding.
 */
export function dirichletSample(stream: RandomStream, alpha: number, count: number): Float64Array {
  const logs = Float64Array.from({ length: count }, () => logGammaSample(stream, alpha));
  const largest = logs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const weights = logs.map((value) => Math.exp(value - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
