import { nearestHalves } from '#shared/model/safetensors/nearest-halves.ts';
import {
  floatTensor,
  int8Tensor,
  type StoredTensors,
  type WritableTensor,
} from '#shared/model/safetensors/stored-tensor.ts';
import { requireFinite, requireShape, type Tensor } from '#shared/model/tensor.ts';
import { rowCount, type TransportBits } from './transported-bits.ts';

/** Largest magnitude of a quantised value. -128 is not used, so the range is symmetric around zero. */
const LARGEST_BYTE = 127;

const HALVES_REMEDY = 'Set transport.bitsPerValue to 32, or to 8.';

const scalesOf = (name: string): string => `${name}.scale`;

/**
 * Encodes a tensor for transport. The result has the names under which it is stored.
 * - 32 bits: unchanged.
 * - 16 bits: rounded to the nearest half-precision values.
 * - 8 bits: bytes q with one scale s per row (the values along the last axis): x = s q, s = max|x| / 127.
 *
 * The same tensor gives the same bits.
 *
 * @throws {@link ModelError} naming the tensor when a value is not finite or too large for half precision.
 */
export function encodeTensor(
  name: string,
  value: Tensor,
  bitsPerValue: TransportBits,
): readonly (readonly [string, WritableTensor])[] {
  requireFinite(name, value);
  switch (bitsPerValue) {
    case 32:
      return [[name, value]];
    case 16:
      return [[name, { shape: value.shape, data: nearestHalves(name, value, HALVES_REMEDY) }]];
    case 8: {
      const { bytes, scales } = scaledBytes(value);
      return [
        [name, { shape: value.shape, data: bytes }],
        [scalesOf(name), { shape: value.shape.slice(0, -1), data: scales }],
      ];
    }
  }
}

function scaledBytes({ shape, data }: Tensor): { readonly bytes: Int8Array; readonly scales: Float32Array } {
  const bytes = new Int8Array(data.length);
  const scales = new Float32Array(rowCount(shape));
  const columns = data.length / scales.length;
  for (let row = 0; row < scales.length; row++) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    scales[row] = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / LARGEST_BYTE;
    // A row that contains only zeros or the smallest floats has scale 0 and is sent as zeros.
    if (scales[row] === 0) continue;
    for (let column = 0; column < columns; column++) {
      const scaled = Math.round(values[column] / scales[row]);
      bytes[row * columns + column] = Math.min(LARGEST_BYTE, Math.max(-LARGEST_BYTE, scaled));
    }
  }
  return { bytes, scales };
}

/**
 * Decodes a tensor that {@link encodeTensor} encoded, to single precision. The width follows from the stored
 * tensors.
 *
 * @throws {@link ModelError} naming `subject` and the tensor when it is missing, malformed or not finite.
 */
export function decodeTensor(tensors: StoredTensors, name: string, subject: string): Tensor {
  const stored = tensors.get(name);
  if (!(stored?.data instanceof Int8Array)) return requireFinite(name, floatTensor(tensors, name, subject));
  const { shape, data: bytes } = int8Tensor(tensors, name, subject);
  const scales = requireShape(
    scalesOf(name),
    floatTensor(tensors, scalesOf(name), subject),
    shape.slice(0, -1),
  ).data;
  const columns = bytes.length / scales.length;
  const data = Float32Array.from(bytes, (byte, index) => byte * scales[Math.floor(index / columns)]);
  return requireFinite(name, { shape, data });
}
