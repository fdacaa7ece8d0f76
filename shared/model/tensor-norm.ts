import type { NamedTensors } from './tensor.ts';

/** L2 norm over all elements of a set of tensors, summed in the set's order in double precision. */
export function tensorNorm(set: NamedTensors): number {
  let sum = 0;
  for (const { data } of set.values()) {
    for (let i = 0; i < data.length; i++) sum += data[i] * data[i];
  }
  return Math.sqrt(sum);
}
