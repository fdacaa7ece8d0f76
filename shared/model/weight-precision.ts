import { float32FromFloat16 } from './safetensors/half-precision.ts';
import { nearestHalves } from './safetensors/nearest-halves.ts';
import type { WritableTensor } from './safetensors/stored-tensor.ts';
import type { NamedTensors, Tensor } from './tensor.ts';

/** Bits per stored frozen weight: single or half precision. Engines compute in single precision. */
export const WEIGHT_BITS = [32, 16] as const;

export type WeightBits = (typeof WEIGHT_BITS)[number];

const REMEDY = 'Set model.bitsPerWeight to 32.';

/**
 * Frozen weights in the form in which they are stored: unchanged for 32 bits, rounded to the nearest
 * half-precision value for 16. Weights that already came in half precision keep their bits, subnormal values
 * included.
 *
 * @throws ModelError naming a tensor that half precision cannot hold.
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
 * Frozen weights as a run computes with them: stored by {@link storedWeights} and read again, so rounded to
 * the stored width. An adapter must be used with the same rounded weights that it was trained on.
 *
 * @throws ModelError naming a tensor that half precision cannot hold.
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
