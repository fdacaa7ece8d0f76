import type { ActivationSlabs, Slab } from '#shared/model/engine/onnx/activation-slabs.ts';
import { scatterRows } from '#shared/model/engine/onnx/batch-rows.ts';
import type { KeptActivations } from '#shared/model/engine/onnx/graph/names.ts';
import { type KeptPlan, keptTensors, planKept } from '#shared/model/engine/onnx/kept-activations.ts';
import { type Tensor, zeros } from '#shared/model/tensor.ts';
import type { BatchChunk } from './batch-chunks.ts';
import type { PassChunk } from './padded-pass.ts';

/** A forward pass before it runs: each chunk with the memory that it will write to, all in one slab. */
export interface PlannedPass {
  readonly chunks: readonly PassChunk[];
  readonly slab: Slab;
  readonly retainedBytes: number;
}

export function planPass(
  kept: KeptActivations,
  slabs: ActivationSlabs,
  chunks: readonly BatchChunk[],
  hidden: number,
): PlannedPass {
  let retainedBytes = 0;
  const plans = chunks.map((chunk): KeptPlan => {
    const plan = planKept(kept, hidden, { batch: chunk.members.length, tokens: chunk.tokens }, retainedBytes);
    retainedBytes += plan.byteLength;
    return plan;
  });
  const slab = slabs.take(retainedBytes);
  return {
    chunks: chunks.map((chunk, index) => ({ chunk, kept: keptTensors(plans[index], slab) })),
    slab,
    retainedBytes,
  };
}

/** Features of a batch, [batch, hidden], from those of its chunks. */
export function passFeatures(chunks: readonly PassChunk[], hidden: number): Tensor {
  const batch = chunks.reduce((sum, { chunk }) => sum + chunk.members.length, 0);
  const features = zeros([batch, hidden]);
  for (const { chunk, kept } of chunks) scatterRows(kept.features.data, hidden, chunk.members, features.data);
  return features;
}
