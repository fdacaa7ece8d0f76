/**
 * IEEE 754 half precision to single precision, exactly: subnormal halves (below 2^-14) become normal floats and
 * are never flushed to zero; infinities and NaN stay what they are.
 */
export function float32FromFloat16(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    const sign = (half & 0x8000) << 16;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      // The product is exact: at most 10 significant bits, scaled by a power of two.
      floats[i] = fraction * 2 ** -24;
      bits[i] |= sign;
    } else if (exponent === 0x1f) {
      bits[i] = sign | 0x7f800000 | (fraction << 13);
    } else {
      bits[i] = sign | ((exponent + 112) << 23) | (fraction << 13);
    }
  }
  return floats;
}

/** bfloat16 to single precision, exactly: a bfloat16 is the upper half of a float. */
export function float32FromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
  return new Float32Array(bits.buffer);
}
