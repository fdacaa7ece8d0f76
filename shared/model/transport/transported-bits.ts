import { elementCount } from '#shared/model/tensor.ts';

/** Widths in which tensors can travel: single precision, half precision, and bytes with a scale for each row. */
export const TRANSPORT_BITS = [32, 16, 8] as const;

export type TransportBits = (typeof TRANSPORT_BITS)[number];

/** Each row of a tensor of bytes takes its scale along, in single precision. */
const SCALE_BITS = 32;

/** How many rows a tensor of this shape has: runs of values along its last axis. */
export function rowCount(shape: readonly number[]): number {
  return elementCount(shape.slice(0, -1));
}

/** What a tensor of this shape takes on the radio, scales included. [bit] */
export function transportedBits(shape: readonly number[], bitsPerValue: TransportBits): number {
  const scales = bitsPerValue === 8 ? rowCount(shape) * SCALE_BITS : 0;
  return elementCount(shape) * bitsPerValue + scales;
}
