/** 32-bit values in the widest vector register of a processor (512 bits). */
export const VECTOR_VALUES = 16;

/**
 * Whether a width is a whole number of vector registers. A width that is not ends in a partial register,
 * whose values are computed by other instructions and rounded differently.
 */
export function isWholeRegisters(width: number): boolean {
  return width % VECTOR_VALUES === 0;
}

/** The least multiple of a vector register's values that is not less than a length. */
export function roundUpToRegisters(length: number): number {
  return Math.ceil(length / VECTOR_VALUES) * VECTOR_VALUES;
}
