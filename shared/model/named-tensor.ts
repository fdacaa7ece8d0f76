import { ModelError } from '#shared/errors.ts';
import type { NamedTensors, Tensor } from './tensor.ts';

/** Returns the tensor of this name. Throws a {@link ModelError} with the name when it is missing. */
export function requireTensor(tensors: NamedTensors, name: string): Tensor {
  const value = tensors.get(name);
  if (value === undefined) throw new ModelError('is missing.', { subject: `tensor ${name}` });
  return value;
}
