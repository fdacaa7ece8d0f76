import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { elementCount, type Tensor } from '../../tensor.ts';
import type { Slab } from './activation-slabs.ts';
import type { BatchChunk } from './batch-chunks.ts';
import { FEATURES, type KeptActivations } from './graph/names.ts';
import type { OnnxDimension } from './graph/onnx-model.ts';
import { ortTensor } from './graph-runner.ts';

/** What the forward graph writes for one chunk and the backward graph reads. */
export interface KeptTensors {
  readonly tensors: ReadonlyMap<string, OrtTensor>;
  /** [members, hidden], inside the slab. */
  readonly features: Tensor;
}

/** Where each kept activation of a chunk lies in a slab. */
export interface KeptPlan {
  readonly byteLength: number;
  readonly placed: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

/** Lays a chunk's features and activations out side by side, from a byte offset on. */
export function planKept(kept: KeptActivations, chunk: BatchChunk, hidden: number, start: number): KeptPlan {
  const batch = chunk.members.length;
  const lengthOf = (dimension: OnnxDimension): number =>
    typeof dimension === 'number' ? dimension : dimension === 'batch' ? batch : chunk.tokens;
  const shapes = new Map<string, readonly number[]>([[FEATURES, [batch, hidden]]]);
  for (const [name, shape] of kept) shapes.set(name, shape.map(lengthOf));
  let offset = start;
  const placed = [...shapes].map(([name, shape]) => {
    const place = { name, shape, offset };
    offset += alignedBytes(shape);
    return place;
  });
  return { byteLength: offset - start, placed };
}

/** Tensors over a slab, as planned. */
export function keptTensors({ placed }: KeptPlan, slab: Slab): KeptTensors {
  const views = placed.map(({ name, shape, offset }): [string, Tensor] => [
    name,
    { shape, data: new Float32Array(slab, offset, elementCount(shape)) },
  ]);
  const tensors = new Map(views.map(([name, { data, shape }]) => [name, ortTensor(data, shape)]));
  return { tensors, features: views[0][1] };
}

/** Bytes of a tensor, rounded up to a cache line, which is also the widest vector register. */
function alignedBytes(shape: readonly number[]): number {
  return Math.ceil((elementCount(shape) * Float32Array.BYTES_PER_ELEMENT) / 64) * 64;
}
