import { expect, it } from 'vitest';
import { float32FromBfloat16, float32FromFloat16 } from '#shared/model/safetensors/half-precision.ts';

/** The definition of half precision, in arithmetic instead of bits. */
function defined(half: number): number {
  const sign = half >>> 15 === 1 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = (half & 1023) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

it('every half is read exactly: subnormals, negative zero, infinities and NaN included', () => {
  const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  const wrong = float32FromFloat16(halves).findIndex((value, bits) => !Object.is(value, defined(bits)));
  expect(wrong).toBe(-1);
});

it('the smallest subnormal half is not flushed to zero', () => {
  expect(float32FromFloat16(Uint16Array.of(1))[0]).toBe(2 ** -24);
});

it('a bfloat16 is the upper half of a float', () => {
  const floats = Float32Array.of(1, -2.5, 0, 3.0e38, Number.NEGATIVE_INFINITY);
  const truncated = new Uint32Array(floats.buffer).map((bits) => bits & 0xffff0000);
  const halves = Uint16Array.from(truncated, (bits) => bits >>> 16);
  expect(float32FromBfloat16(halves)).toEqual(new Float32Array(truncated.buffer));
});
