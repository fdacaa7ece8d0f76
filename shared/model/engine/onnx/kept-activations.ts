import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { elementCount, type Tensor } from '../../tensor.ts';
import type { Slab } from './activation-slabs.ts';
import type { BatchChunk } from './batch-chunks.ts';
import { FEATURES, type KeptActivations } from './graph/names.ts';
import type { OnnxDimension } from './graph/onnx-model.ts';
import { ortTensor } from './graph-runner.ts';
import { copyBlock } from './tensor-block.ts';

/** What the forward graph writes for one chunk and the backward graph reads. */
export interface KeptTensors {
  readonly tensors: ReadonlyMap<string, OrtTensor>;
  /** The same memory, with the axes' meaning. */
  readonly blocks: readonly { readonly dimensions: readonly OnnxDimension[]; readonly value: Tensor }[];
  /** [members, hidden], inside the slab. */
  readonly features: Tensor;
}

/** Where each kept activation of a chunk lies in a slab. */
export interface KeptPlan {
  readonly byteLength: number;
  readonly placed: readonly {
    readonly name: string;
    readonly dimensions: readonly OnnxDimension[];
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

/** Lays a chunk's features and activations out side by side, from a byte offset on. */
export function planKept(kept: KeptActivations, chunk: BatchChunk, hidden: number, start: number): KeptPlan {
  const batch = chunk.members.length;
  const lengthOf = (dimension: OnnxDimension): number =>
    typeof dimension === 'number' ? dimension : dimension === 'batch' ? batch : chunk.tokens;
  const all = new Map<string, readonly OnnxDimension[]>([[FEATURES, ['batch', hidden]], ...kept]);
  let offset = start;
  const placed = [...all].map(([name, dimensions]) => {
    const shape = dimensions.map(lengthOf);
    const place = { name, dimensions, shape, offset };
    offset += alignedBytes(shape);
    return place;
  });
  return { byteLength: offset - start, placed };
}

/** Tensors over a slab, as planned. */
export function keptTensors({ placed }: KeptPlan, slab: Slab): KeptTensors {
  const blocks = placed.map(({ dimensions, shape, offset }) => ({
    dimensions,
    value: { shape, data: new Float32Array(slab, offset, elementCount(shape)) },
  }));
  const tensors = new Map(
    placed.map(({ name }, index): [string, OrtTensor] => {
      const { data, shape } = blocks[index].value;
      return [name, ortTensor(data, shape)];
    }),
  );
  return { tensors, blocks, features: blocks[0].value };
}

/**
 * Copies a chunk's part out of what was written for several chunks joined: its sequences are those from `row` on, and
 * padding beyond its own is left behind.
 */
export function copyKept(joined: KeptTensors, row: number, part: KeptTensors): void {
  part.blocks.forEach(({ dimensions, value }, index) => {
    const start = dimensions.map((dimension) => (dimension === 'batch' ? row : 0));
    copyBlock(joined.blocks[index].value, start, value);
  });
}

/** Bytes of a tensor, rounded up to a cache line, which is also the widest vector register. */
export function alignedBytes(shape: readonly number[]): number {
  return Math.ceil((elementCount(shape) * Float32Array.BYTES_PER_ELEMENT) / 64) * 64;
}
