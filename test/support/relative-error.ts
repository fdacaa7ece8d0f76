import { expect } from 'vitest';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';

/** Largest absolute difference, divided by the reference's largest magnitude. */
export function relativeError(actual: Float32Array, reference: Float32Array): number {
  let difference = 0;
  let magnitude = 0;
  for (const [index, value] of reference.entries()) {
    // Reports a NaN as infinite error, because comparisons with NaN are false.
    if (!Number.isFinite(actual[index])) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(actual[index] - value));
    magnitude = Math.max(magnitude, Math.abs(value));
  }
  return magnitude === 0 ? difference : difference / magnitude;
}

/** Expects equal shapes, and equal values within a relative error. */
export function expectTensor(name: string, actual: Tensor, reference: Tensor, tolerance = 1e-4): void {
  expect(actual.shape, `shape of ${name}`).toEqual(reference.shape);
  expect(relativeError(actual.data, reference.data), `relative error of ${name}`).toBeLessThanOrEqual(
    tolerance,
  );
}

/** Expects the same names in any order, and equal tensors within a relative error. */
export function expectTensors(actual: NamedTensors, reference: NamedTensors, tolerance = 1e-4): void {
  expect([...actual.keys()].sort()).toEqual([...reference.keys()].sort());
  for (const [name, value] of reference) {
    const found = actual.get(name);
    if (found !== undefined) expectTensor(name, found, value, tolerance);
  }
}
