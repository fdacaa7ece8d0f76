import { elementCount } from '#shared/model/tensor.ts';

/** Bytes of a cache line, and of the widest vector register. */
const ALIGNMENT_BYTES = 64;

/** Bytes of a tensor of 32-bit values, rounded up to whole cache lines. */
export function alignedBytes(shape: readonly number[]): number {
  const bytes = elementCount(shape) * Float32Array.BYTES_PER_ELEMENT;
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
