import type { ActivationSlabs } from '#shared/model/engine/onnx/activation-slabs.ts';
import { TENSOR_INPUTS } from '#shared/model/engine/onnx/graph/names.ts';
import type { GraphFeeds } from '#shared/model/engine/onnx/graph-feeds.ts';
import { ortTensor } from '#shared/model/engine/onnx/graph-runner.ts';
import { alignedBytes } from '#shared/model/engine/onnx/kept-activations.ts';
import { packedFeeds } from './packed-feeds.ts';
import type { PackedPart } from './packed-parts.ts';
import { rowsOf } from './packed-runs.ts';

/** Lends everything that the graphs read of parts, their embeddings among it, while the task takes. */
export async function withPartFeeds(
  parts: readonly PackedPart[],
  hidden: number,
  slabs: ActivationSlabs,
  task: (feeds: GraphFeeds) => Promise<void>,
): Promise<void> {
  const shape = [rowsOf(parts), hidden];
  const slab = slabs.take(alignedBytes(shape));
  try {
    const embeddings = new Float32Array(slab, 0, shape[0] * hidden);
    packEmbeddings(parts, hidden, embeddings);
    await task(new Map([...packedFeeds(parts), [TENSOR_INPUTS.embeddings, ortTensor(embeddings, shape)]]));
  } finally {
    slabs.giveBack(slab);
  }
}

/** The real tokens of all sequences, one after the other. */
function packEmbeddings(parts: readonly PackedPart[], hidden: number, target: Float32Array): void {
  let end = 0;
  for (const { batch, members, lengths } of parts) {
    const { data, shape } = batch.embeddings;
    const stride = shape[1] * hidden;
    members.forEach((sequence, index) => {
      const start = sequence * stride;
      target.set(data.subarray(start, start + lengths[index] * hidden), end);
      end += lengths[index] * hidden;
    });
  }
}
