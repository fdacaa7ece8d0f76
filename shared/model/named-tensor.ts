import { ModelError } from '#shared/errors.ts';
import type { NamedTensors, Tensor } from './tensor.ts';

/** The tensor of this name. Throws a {@link ModelError} that names it when there is none. */
export function requireTensor(tensors: NamedTensors, name: string): Tensor {
  const value = tensors.get(name);
  if (value === undefined) throw new ModelError('is missing.', { subject: `tensor ${name}` });
  return value;
}
