import { elementCount, type NamedTensors, type Tensor } from '#shared/model/tensor.ts';
import { alignedBytes } from './aligned-bytes.ts';
import type { BufferPool } from './buffer-pool.ts';

/**
 * Runs a task with tensors of these shapes from the pool, with arbitrary contents. They are released after
 * the task.
 */
export async function withBufferTensors<T>(
  pool: BufferPool,
  shapes: ReadonlyMap<string, readonly number[]>,
  task: (tensors: NamedTensors) => Promise<T>,
): Promise<T> {
  const buffer = pool.acquire([...shapes.values()].reduce((sum, shape) => sum + alignedBytes(shape), 0));
  let offset = 0;
  const tensors = new Map(
    [...shapes].map(([name, shape]): [string, Tensor] => {
      const data = new Float32Array(buffer, offset, elementCount(shape));
      offset += alignedBytes(shape);
      return [name, { shape, data }];
    }),
  );
  try {
    return await task(tensors);
  } finally {
    pool.release(buffer);
  }
}
