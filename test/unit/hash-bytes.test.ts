import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { hashBytes } from '#shared/hash-bytes.ts';

it.each([1, 3, 10, 11])(
  'bytes that are hashed in pieces of %d have the hash of the whole',
  (mostCallBytes) => {
    const bytes = Uint8Array.from({ length: 10 }, (_, index) => index);
    const whole = createHash('sha256').update(bytes).digest('hex');
    expect(hashBytes(createHash('sha256'), bytes, mostCallBytes).digest('hex')).toBe(whole);
  },
);
