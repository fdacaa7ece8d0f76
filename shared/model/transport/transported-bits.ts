import { elementCount } from '#shared/model/tensor.ts';

/** Widths of transported values: single precision, half precision, and bytes with one scale per row. */
export const TRANSPORT_BITS = [32, 16, 8] as const;

export type TransportBits = (typeof TRANSPORT_BITS)[number];

/** Bits of the scale of each row of a byte tensor, in single precision. */
const SCALE_BITS = 32;

/** Number of rows of a tensor of this shape. A row is the values along the last axis. */
export function rowCount(shape: readonly number[]): number {
  return elementCount(shape.slice(0, -1));
}

/** Size of a tensor of this shape on the radio, scales included [bit]. */
export function transportedBits(shape: readonly number[], bitsPerValue: TransportBits): number {
  const scales = bitsPerValue === 8 ? rowCount(shape) * SCALE_BITS : 0;
  return elementCount(shape) * bitsPerValue + scales;
}
