/**
 * Converts IEEE 754 half precision to single precision, exactly. Subnormal halves (below 2^-14) become normal
 * floats and are never flushed to zero; infinities and NaN are kept.
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

/**
 * Converts single to half precision, rounding to nearest, ties to even. Results below 2^-14 are subnormal
 * halves; values that round beyond 65504 become infinite.
 */
export function float16FromFloat32(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  return Uint16Array.from(bits, (word, i) => {
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    if (magnitude >= 0x477ff000) return sign | 0x7c00;
    // Count exact steps of 2^-24. The half 2^-14 is step 1024, so a carry from rounding gives its correct
    // bits.
    if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(floats[i]) * 2 ** 24);
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded >>> 13) - (112 << 10));
  });
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest === 0.5) return below + (below % 2);
  return rest < 0.5 ? below : below + 1;
}

/** Converts bfloat16 to single precision, exactly: a bfloat16 is the upper half of a float. */
export function float32FromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
  return new Float32Array(bits.buffer);
}
