import type { EncoderGraphs } from '#shared/model/engine/onnx/graphs/encoder-graphs.ts';
import { gradientOutputs, gradientShapes } from '#shared/model/engine/onnx/graphs/gradient-tensors.ts';
import { gatherRows } from '#shared/model/engine/onnx/memory/batch-rows.ts';
import type { BufferPool } from '#shared/model/engine/onnx/memory/buffer-pool.ts';
import { withBufferTensors } from '#shared/model/engine/onnx/memory/buffer-tensors.ts';
import { featureRows } from '#shared/model/engine/onnx/memory/feature-rows.ts';
import { ortTensor, tensorFeeds } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import { TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import { withPartFeeds } from './packed-feeds.ts';
import { type PackedPart, rowsOf, sequencesOf } from './packed-parts.ts';
import type { PackedPass } from './packed-pass.ts';
import { type PackedRun, type Segment, segmentsOf } from './packed-run.ts';

/** A pass to run backward. */
export interface PackedGradient {
  readonly pass: PackedPass;
  /** Of the form of the pass's features. */
  readonly featureGradient: Tensor;
}

/** A part to run backward, and the sum that its gradients are added to. */
interface WantedPart {
  readonly featureGradient: Tensor;
  readonly sum: NamedTensors;
}

/**
 * Runs passes backward; adjacent parts of a run go through the graph at once. Each pass's gradients add up in
 * the order of its parts, shorter sequences first, for any batching of passes.
 *
 * @param passes Each pass at most once.
 * @returns LoRA gradients of each pass.
 */
export async function packedBackward(
  graphs: EncoderGraphs,
  pool: BufferPool,
  passes: readonly PackedGradient[],
): Promise<readonly NamedTensors[]> {
  for (const { pass, featureGradient } of passes) pass.requireReady(featureGradient);
  const wanted = new Map<PackedRun, Map<number, WantedPart>>();
  const sums = passes.map(({ pass, featureGradient }) => {
    const [{ run: first }] = pass.places;
    const shapes = gradientShapes(graphs, first.lora.tensors);
    const sum = new Map([...shapes].map(([name, shape]) => [name, zeros(shape)]));
    for (const { run, index } of pass.places) {
      const parts = wanted.get(run) ?? new Map<number, WantedPart>();
      wanted.set(run, parts.set(index, { featureGradient, sum }));
    }
    return sum;
  });
  for (const [run, parts] of [...wanted].sort(([one], [other]) => one.order - other.order)) {
    const indices = [...parts.keys()].sort((one, other) => one - other);
    for (const segment of segmentsOf(run.parts, indices)) {
      await backwardSegment(graphs, pool, run, segment, parts);
    }
  }
  return sums;
}

/** Runs a segment of a run backward and adds the gradients of its wanted parts to their sums. */
async function backwardSegment(
  graphs: EncoderGraphs,
  pool: BufferPool,
  run: PackedRun,
  segment: Segment,
  wanted: ReadonlyMap<number, WantedPart>,
): Promise<void> {
  const parts = run.parts.slice(segment.from, segment.to);
  const wantedParts = parts.map((_, index) => wanted.get(segment.from + index));
  const { tensors: kept, features } = run.kept(segment);
  const [, hidden] = features.shape;
  const gradient = ortTensor(featureGradients(graphs.features, parts, wantedParts, hidden), features.shape);
  const shapes = new Map(
    [...gradientShapes(graphs, run.lora.tensors)].map(([name, shape]) => [name, [parts.length, 1, ...shape]]),
  );
  await withBufferTensors(pool, shapes, async (gradients) => {
    await withPartFeeds(pool, parts, run.groups, graphs.positions, hidden, (inputs) => {
      const feeds = [...run.lora.feeds, ...inputs, ...tensorFeeds(kept)];
      return graphs.backward.run(
        new Map([...feeds, [TENSOR_INPUTS.featureGradient, gradient]]),
        gradientOutputs(graphs, gradients),
      );
    });
    wantedParts.forEach((part, index) => {
      if (part !== undefined) addPart(part.sum, gradients, index);
    });
  });
}

/** Gradients at the features of a segment's parts, in the form of the features; 0 for parts not wanted. */
function featureGradients(
  kind: FeatureKind,
  parts: readonly PackedPart[],
  wantedParts: readonly (WantedPart | undefined)[],
  hidden: number,
): Float32Array {
  const countOf = kind === 'tokens' ? rowsOf : sequencesOf;
  const all = new Float32Array(countOf(parts) * hidden);
  parts.forEach(({ batch, members }, index) => {
    const part = wantedParts[index];
    if (part === undefined) return;
    const start = countOf(parts.slice(0, index)) * hidden;
    const rows = featureRows(kind, batch.lengths, members);
    all.set(gatherRows(part.featureGradient.data, hidden, rows), start);
  });
  return all;
}

/** Adds one part's gradients from tensors [parts, 1, ...]. */
function addPart(sum: NamedTensors, gradients: NamedTensors, part: number): void {
  for (const [name, { data }] of sum) {
    const added = gradients.get(name)?.data;
    if (added === undefined) continue;
    const start = part * data.length;
    for (let i = 0; i < data.length; i++) data[i] += added[start + i];
  }
}
