import { ModelError } from '#shared/errors.ts';
import type { ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import type { ActivationSlabs } from '#shared/model/engine/onnx/activation-slabs.ts';
import { gatherRows } from '#shared/model/engine/onnx/batch-rows.ts';
import type { EncoderGraphs } from '#shared/model/engine/onnx/encoder-graphs.ts';
import { TENSOR_INPUTS } from '#shared/model/engine/onnx/graph/names.ts';
import { type GraphFeeds, tensorFeeds } from '#shared/model/engine/onnx/graph-feeds.ts';
import { ortTensor } from '#shared/model/engine/onnx/graph-runner.ts';
import type { KeptTensors } from '#shared/model/engine/onnx/kept-activations.ts';
import { withSlabTensors } from '#shared/model/engine/onnx/slab-tensors.ts';
import { type NamedTensors, requireShape, type Tensor, zeros } from '#shared/model/tensor.ts';
import type { BatchChunk } from './batch-chunks.ts';
import { chunkFeeds } from './chunk-feeds.ts';
import type { PlannedPass } from './planned-pass.ts';

/** One chunk of a pass, and what the forward graph wrote for it. */
export interface PassChunk {
  readonly chunk: BatchChunk;
  readonly kept: KeptTensors;
}

/** What a pass was made with, and what came out. */
export interface PassValues {
  /** [batch, hidden] */
  readonly features: Tensor;
  readonly lora: NamedTensors;
  readonly loraValues: GraphFeeds;
}

/** A finished forward pass, able to run backward chunk by chunk; gradients add up in the order of the chunks. */
export function paddedPass(
  graphs: EncoderGraphs,
  slabs: ActivationSlabs,
  { chunks, slab, retainedBytes }: PlannedPass,
  { features, lora, loraValues }: PassValues,
): ForwardPass {
  const [, hidden] = features.shape;
  const gradientShapes = new Map(
    [...lora].filter(([name]) => graphs.gradients.has(name)).map(([name, { shape }]) => [name, shape]),
  );
  let released = false;

  async function writeGradients(
    { chunk, kept }: PassChunk,
    gradient: Float32Array,
    result: NamedTensors,
  ): Promise<void> {
    const rows = gatherRows(gradient, hidden, chunk.members);
    const all = new Map([
      ...loraValues,
      ...chunkFeeds(chunk),
      ...kept.tensors,
      [TENSOR_INPUTS.featureGradient, ortTensor(rows, [chunk.members.length, hidden])],
    ]);
    const outputs = [...tensorFeeds(result)].map(([name, value]) => [graphs.gradients.get(name), value]);
    await graphs.backward.run(all, Object.fromEntries(outputs));
  }

  return {
    features,

    get retainedBytes() {
      return released ? 0 : retainedBytes;
    },

    async backward(featureGradient) {
      if (released) {
        throw new ModelError('was released before its backward pass.', { subject: 'forward pass' });
      }
      requireShape('feature gradient', featureGradient, features.shape);
      const [first, ...rest] = chunks;
      const sum = new Map([...gradientShapes].map(([name, shape]) => [name, zeros(shape)]));
      await writeGradients(first, featureGradient.data, sum);
      if (rest.length === 0) return sum;
      return withSlabTensors(slabs, gradientShapes, async (more) => {
        for (const chunk of rest) {
          await writeGradients(chunk, featureGradient.data, more);
          addInto(sum, more);
        }
        return sum;
      });
    },

    release() {
      if (released) return;
      released = true;
      slabs.giveBack(slab);
    },
  };
}

function addInto(sum: NamedTensors, more: NamedTensors): void {
  for (const [name, { data }] of sum) {
    const added = more.get(name)?.data;
    if (added === undefined) continue;
    for (let i = 0; i < data.length; i++) data[i] += added[i];
  }
}
