import { nearestHalves } from '#shared/model/safetensors/nearest-halves.ts';
import {
  floatTensor,
  int8Tensor,
  type StoredTensors,
  type WritableTensor,
} from '#shared/model/safetensors/stored-tensor.ts';
import { requireFinite, requireShape, type Tensor } from '#shared/model/tensor.ts';
import { rowCount, type TransportBits } from './transported-bits.ts';

/** The largest magnitude of a byte: -128 is left out, so that zero lies in the middle. */
const LARGEST_BYTE = 127;

const HALVES_REMEDY = 'Set transport.bitsPerValue to 32, or to 8.';

const scalesOf = (name: string): string => `${name}.scale`;

/**
 * A tensor as it travels, by the names under which it is stored: 32 bits as it is; 16 bits as the nearest halves;
 * 8 bits as bytes q with a scale s for each row (the run of values along the last axis), x = s q with s = max|x| / 127.
 * The same tensor gives the same bits.
 *
 * @throws {@link ModelError} naming the tensor when a value is not finite, or too large for half precision.
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
    // A row of zeros, or of nothing but the smallest floats, has no scale: it travels as zeros.
    if (scales[row] === 0) continue;
    for (let column = 0; column < columns; column++) {
      const scaled = Math.round(values[column] / scales[row]);
      bytes[row * columns + column] = Math.min(LARGEST_BYTE, Math.max(-LARGEST_BYTE, scaled));
    }
  }
  return { bytes, scales };
}

/**
 * A tensor that {@link encodeTensor} encoded, in single precision again. Which width it travelled in shows in what is
 * stored.
 *
 * @throws {@link ModelError} naming `subject` and the tensor when it is absent, malformed or not finite.
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
