import { expect, test } from 'vitest';
import { crc32c } from '#export/tensorboard/crc32c.ts';

test.each([
  ['123456789', 0xe3069283],
  ['', 0],
])('the checksum of %j is that of CRC-32C', (text, checksum) => {
  expect(crc32c(new TextEncoder().encode(text))).toBe(checksum);
});

test('the checksum of 32 zeros, ones and ascending bytes is that of RFC 3720', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
});
