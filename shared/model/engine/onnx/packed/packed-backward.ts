import type { ActivationSlabs } from '#shared/model/engine/onnx/activation-slabs.ts';
import { gatherRows } from '#shared/model/engine/onnx/batch-rows.ts';
import type { EncoderGraphs } from '#shared/model/engine/onnx/encoder-graphs.ts';
import { TENSOR_INPUTS } from '#shared/model/engine/onnx/graph/names.ts';
import { tensorFeeds } from '#shared/model/engine/onnx/graph-feeds.ts';
import { ortTensor } from '#shared/model/engine/onnx/graph-runner.ts';
import { withSlabTensors } from '#shared/model/engine/onnx/slab-tensors.ts';
import { elementCount, type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import type { PackedPart } from './packed-parts.ts';
import type { PackedPass } from './packed-pass.ts';
import type { PackedRun } from './packed-run.ts';
import { type Stretch, sequencesOf, stretchesOf } from './packed-runs.ts';
import { withPartFeeds } from './with-part-feeds.ts';

/** A pass that is to run backward. */
interface PassGradient {
  readonly pass: PackedPass;
  /** [batch, hidden] */
  readonly featureGradient: Tensor;
}

/** What a part of a run is to give, and to which sum it is added. */
interface WantedPart {
  readonly featureGradient: Tensor;
  readonly sum: NamedTensors;
}

/**
 * Runs passes backward, parts that lie side by side in a run together. Each pass's gradients add up in the order of its
 * parts, those of shorter sequences first, whatever runs together.
 */
export async function packedBackward(
  graphs: EncoderGraphs,
  slabs: ActivationSlabs,
  passes: readonly PassGradient[],
): Promise<readonly NamedTensors[]> {
  for (const { pass, featureGradient } of passes) pass.requireReady(featureGradient);
  const wanted = new Map<PackedRun, Map<number, WantedPart>>();
  const sums = passes.map(({ pass, featureGradient }) => {
    const sum = zeroGradients(graphs, pass);
    for (const { run, index } of pass.places) {
      const parts = wanted.get(run) ?? new Map<number, WantedPart>();
      wanted.set(run, parts.set(index, { featureGradient, sum }));
    }
    return sum;
  });
  for (const [run, parts] of [...wanted].sort(([one], [other]) => one.tokens - other.tokens)) {
    const places = [...parts.keys()].sort((one, other) => one - other);
    for (const stretch of stretchesOf(run.parts, places)) {
      await backwardRun(graphs, slabs, run, stretch, parts);
    }
  }
  return sums;
}

function zeroGradients(graphs: EncoderGraphs, { places: [{ run }] }: PackedPass): NamedTensors {
  const trained = [...run.lora.lora].filter(([name]) => graphs.gradients.has(name));
  return new Map(trained.map(([name, { shape }]) => [name, zeros(shape)]));
}

async function backwardRun(
  graphs: EncoderGraphs,
  slabs: ActivationSlabs,
  run: PackedRun,
  stretch: Stretch,
  wanted: ReadonlyMap<number, WantedPart>,
): Promise<void> {
  const parts = run.parts.slice(stretch.from, stretch.to);
  const asked = parts.map((_, index) => wanted.get(stretch.from + index));
  const { tensors, features } = run.kept(stretch);
  const gradient = ortTensor(featureGradients(parts, asked, features.shape), features.shape);
  const shapes = new Map(
    [...graphs.gradients.keys()].map((name) => [name, [parts.length, 1, ...shapeOf(run.lora.lora, name)]]),
  );
  await withSlabTensors(slabs, shapes, async (gradients) => {
    const outputs = [...tensorFeeds(gradients)].map(([name, value]) => [graphs.gradients.get(name), value]);
    await withPartFeeds(parts, features.shape[1], slabs, (inputs) => {
      const feeds = [...run.lora.values, ...inputs, ...tensors];
      return graphs.backward.run(
        new Map([...feeds, [TENSOR_INPUTS.featureGradient, gradient]]),
        Object.fromEntries(outputs),
      );
    });
    asked.forEach((part, index) => {
      if (part !== undefined) addPart(part.sum, gradients, index);
    });
  });
}

/** The gradients at the features of parts, [sequences of all parts, hidden]; 0 for parts that are not asked for. */
function featureGradients(
  parts: readonly PackedPart[],
  asked: readonly (WantedPart | undefined)[],
  shape: readonly number[],
): Float32Array {
  const [, hidden] = shape;
  const all = new Float32Array(elementCount(shape));
  parts.forEach(({ members }, index) => {
    const part = asked[index];
    if (part === undefined) return;
    const start = sequencesOf(parts.slice(0, index)) * hidden;
    all.set(gatherRows(part.featureGradient.data, hidden, members), start);
  });
  return all;
}

/** Adds one part's gradients, out of [parts, ...] each. */
function addPart(sum: NamedTensors, gradients: NamedTensors, part: number): void {
  for (const [name, { data }] of sum) {
    const added = gradients.get(name)?.data;
    if (added === undefined) continue;
    const start = part * data.length;
    for (let i = 0; i < data.length; i++) data[i] += added[start + i];
  }
}

function shapeOf(tensors: NamedTensors, name: string): readonly number[] {
  return tensors.get(name)?.shape ?? [];
}
