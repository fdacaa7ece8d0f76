import { ModelError } from '#shared/errors.ts';

/** A dense row-major tensor of 32-bit floats: what crosses the engine's and the protocol's borders. */
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

/** Throws a {@link ModelError} that names the tensor when it does not have this shape. */
export function requireShape(name: string, value: Tensor, shape: readonly number[]): Tensor {
  if (value.shape.length !== shape.length || value.shape.some((length, axis) => length !== shape[axis])) {
    throw new ModelError(`has shape [${value.shape.join(', ')}], expected [${shape.join(', ')}].`, {
      subject: `tensor ${name}`,
    });
  }
  return value;
}

/** Throws a {@link ModelError} that names the tensor and the first bad position when a value is NaN or infinite. */
export function requireFinite(name: string, value: Tensor): Tensor {
  const { data } = value;
  // A plain loop: tensors of a million values pass here several times a round, and a callback for each would be felt.
  for (let index = 0; index < data.length; index++) {
    if (Number.isFinite(data[index])) continue;
    throw new ModelError(`holds ${data[index]} at flat index ${index}; every value must be finite.`, {
      subject: `tensor ${name}`,
    });
  }
  return value;
}
