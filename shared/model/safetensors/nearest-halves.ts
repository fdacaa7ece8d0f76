import { ModelError } from '#shared/errors.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { float16FromFloat32 } from './half-precision.ts';

const HALF_INFINITY = 0x7c00;

/**
 * Rounds a tensor's values to the nearest half-precision values and returns their bits.
 *
 * @param remedy Advice in the error about a tensor that half precision cannot hold.
 * @throws {@link ModelError} naming the tensor when a value is not finite or too large for half precision.
 */
export function nearestHalves(name: string, { data }: Tensor, remedy: string): Uint16Array {
  const halves = float16FromFloat32(data);
  const bad = halves.findIndex((half) => (half & HALF_INFINITY) === HALF_INFINITY);
  if (bad < 0) return halves;
  throw new ModelError(`holds ${data[bad]} at flat index ${bad}, beyond half precision's 65504.`, {
    subject: `tensor ${name}`,
    remedy,
  });
}
