import { float32FromFloat16 } from './safetensors/half-precision.ts';
import { nearestHalves } from './safetensors/nearest-halves.ts';
import type { WritableTensor } from './safetensors/stored-tensor.ts';
import type { NamedTensors, Tensor } from './tensor.ts';

/** Widths in which frozen weights can be stored: single and half precision. Engines compute in single precision. */
export const WEIGHT_BITS = [32, 16] as const;

export type WeightBits = (typeof WEIGHT_BITS)[number];

const REMEDY = 'Set model.bitsPerWeight to 32.';

/**
 * Frozen weights as they are stored: in single precision as they are, in half precision as the nearest halves. Weights
 * that came in half precision keep their bits, subnormal ones included.
 *
 * @throws ModelError naming the tensor that half precision cannot hold.
 */
export function storedWeights(
  tensors: NamedTensors,
  bitsPerWeight: WeightBits,
): ReadonlyMap<string, WritableTensor> {
  if (bitsPerWeight === 32) return tensors;
  return new Map(
    [...tensors].map(([name, value]): [string, WritableTensor] => [
      name,
      { shape: value.shape, data: nearestHalves(name, value, REMEDY) },
    ]),
  );
}

/**
 * Frozen weights as a run computes with them: what {@link storedWeights} stores, read again. Who uses an adapter needs the
 * weights that it was trained on.
 *
 * @throws ModelError naming the tensor that half precision cannot hold.
 */
export function weightsAsStored(tensors: NamedTensors, bitsPerWeight: WeightBits): NamedTensors {
  if (bitsPerWeight === 32) return tensors;
  return new Map(
    [...tensors].map(([name, value]): [string, Tensor] => [
      name,
      { shape: value.shape, data: float32FromFloat16(nearestHalves(name, value, REMEDY)) },
    ]),
  );
}
