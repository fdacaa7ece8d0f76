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
    pool.acquire(3 * peak);
    expect(pool.byteLength).toBeLessThanOrEqual(3 * peak + peak);
  });
});
