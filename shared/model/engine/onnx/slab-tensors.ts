import { elementCount, type NamedTensors, type Tensor } from '#shared/model/tensor.ts';
import type { ActivationSlabs } from './activation-slabs.ts';
import { alignedBytes } from './kept-activations.ts';

/** Lends tensors of these shapes, with arbitrary contents, for as long as the task takes: memory that is used again. */
export async function withSlabTensors<T>(
  slabs: ActivationSlabs,
  shapes: ReadonlyMap<string, readonly number[]>,
  task: (tensors: NamedTensors) => Promise<T>,
): Promise<T> {
  const slab = slabs.take([...shapes.values()].reduce((sum, shape) => sum + alignedBytes(shape), 0));
  let offset = 0;
  const tensors = new Map(
    [...shapes].map(([name, shape]): [string, Tensor] => {
      const data = new Float32Array(slab, offset, elementCount(shape));
      offset += alignedBytes(shape);
      return [name, { shape, data }];
    }),
  );
  try {
    return await task(tensors);
  } finally {
    slabs.giveBack(slab);
  }
}
