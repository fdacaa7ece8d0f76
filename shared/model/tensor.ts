import { ModelError } from '#shared/errors.ts';
import { firstNotFinite } from './first-not-finite.ts';

/**
 * A dense row-major tensor of 32-bit floats: the type in which engines and the protocol take and return
 * tensors.
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Tensors by name, in a fixed order (insertion order is the order on disk). */
export type NamedTensors = ReadonlyMap<string, Tensor>;

/** Number of values a tensor of this shape holds. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function tensor(shape: readonly number[], data: Float32Array): Tensor {
  if (elementCount(shape) !== data.length) {
    throw new ModelError(
      `shape [${shape.join(', ')}] needs ${elementCount(shape)} values, got ${data.length}.`,
    );
  }
  return { shape, data };
}

export function zeros(shape: readonly number[]): Tensor {
  return { shape, data: new Float32Array(elementCount(shape)) };
}

/** Returns the tensor if it has this shape; else throws a {@link ModelError} that names it. */
export function requireShape(name: string, value: Tensor, shape: readonly number[]): Tensor {
  if (value.shape.length !== shape.length || value.shape.some((length, axis) => length !== shape[axis])) {
    throw new ModelError(`has shape [${value.shape.join(', ')}], expected [${shape.join(', ')}].`, {
      subject: `tensor ${name}`,
    });
  }
  return value;
}

/**
 * Returns the tensor if all its values are finite; else throws a {@link ModelError} with its name and the
 * first bad position.
 */
export function requireFinite(name: string, value: Tensor): Tensor {
  const index = firstNotFinite(value.data);
  if (index < 0) return value;
  const bad = value.data[index];
  throw new ModelError(`holds ${bad} at flat index ${index}; every value must be finite.`, {
    subject: `tensor ${name}`,
  });
}
