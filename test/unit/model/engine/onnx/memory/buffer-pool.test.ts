import { describe, expect, it } from 'vitest';
import { BufferPool } from '#shared/model/engine/onnx/memory/buffer-pool.ts';

describe('the buffer pool', () => {
  it('reuses buffers, and never holds more than was in use at once', () => {
    const pool = new BufferPool();
    const [one, two] = [pool.acquire(100_000), pool.acquire(100_000)];
    const peak = pool.byteLength;
    pool.release(one);
    pool.release(two);
    expect(pool.byteLength).toBe(peak);
    expect([one, two]).toContain(pool.acquire(99_000));
    const large = pool.acquire(3 * peak);
    expect(pool.byteLength).toBeLessThanOrEqual(large.byteLength + peak);
  });

  it('rounds sizes up by at most half, and reuses buffers for sizes that differ by a fifth', () => {
    for (const bytes of [1_000_000, 1_300_000, 47_000_000, 333_000_000]) {
      const pool = new BufferPool();
      const buffer = pool.acquire(bytes);
      expect(buffer.byteLength).toBeGreaterThanOrEqual(bytes);
      expect(buffer.byteLength).toBeLessThanOrEqual(1.5 * bytes);
      pool.release(buffer);
      expect(pool.acquire(Math.floor(0.8 * bytes))).toBe(buffer);
    }
  });
});
