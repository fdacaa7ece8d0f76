import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { elementCount, type Tensor } from '#shared/model/tensor.ts';
import type { Slab } from './activation-slabs.ts';
import { FEATURES, type KeptActivations } from './graph/names.ts';
import { ortTensor } from './graph-runner.ts';

/** What the forward graph writes and the backward graph reads. */
export interface KeptTensors {
  readonly tensors: ReadonlyMap<string, OrtTensor>;
  /** [batch, hidden], inside the slab. */
  readonly features: Tensor;
}

/** Length of each named axis. */
export type AxisLengths = Readonly<Record<string, number>>;

/** Where each kept activation of a run lies in a slab. */
export interface KeptPlan {
  readonly byteLength: number;
  readonly placed: readonly {
    readonly name: string;
    /** Name of the first axis, where it has one. */
    readonly firstAxis: string;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

/** A stretch of each of some axes. */
export type AxisWindow = Readonly<Record<string, { readonly start: number; readonly length: number }>>;

/** Lays the features and activations of a run with these lengths out side by side, from a byte offset on. */
export function planKept(kept: KeptActivations, hidden: number, lengths: AxisLengths, start = 0): KeptPlan {
  const all = new Map([[FEATURES, ['batch', hidden]], ...kept]);
  let offset = start;
  const placed = [...all].map(([name, dimensions]) => {
    const shape = dimensions.map((dimension) =>
      typeof dimension === 'number' ? dimension : lengths[dimension],
    );
    const place = { name, firstAxis: String(dimensions[0]), shape, offset };
    offset += alignedBytes(shape);
    return place;
  });
  return { byteLength: offset - start, placed };
}

/** Tensors over a slab, as planned; of those whose first axis has a window, only what lies in it: nothing is copied. */
export function keptTensors({ placed }: KeptPlan, slab: Slab, window: AxisWindow = {}): KeptTensors {
  const views = placed.map(({ firstAxis, shape: [length, ...rest], offset }): Tensor => {
    const within = window[firstAxis] ?? { start: 0, length };
    const shape = [within.length, ...rest];
    const start = offset + within.start * elementCount(rest) * Float32Array.BYTES_PER_ELEMENT;
    return { shape, data: new Float32Array(slab, start, elementCount(shape)) };
  });
  const tensors = new Map(
    placed.map(({ name }, index): [string, OrtTensor] => {
      const { data, shape } = views[index];
      return [name, ortTensor(data, shape)];
    }),
  );
  return { tensors, features: views[0] };
}

/** Bytes of a tensor, rounded up to a cache line, which is also the widest vector register. */
export function alignedBytes(shape: readonly number[]): number {
  return Math.ceil((elementCount(shape) * Float32Array.BYTES_PER_ELEMENT) / 64) * 64;
}
