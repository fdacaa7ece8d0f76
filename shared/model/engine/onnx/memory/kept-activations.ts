import { FEATURES, type KeptActivations } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { elementCount, type NamedTensors, type Tensor } from '#shared/model/tensor.ts';
import { alignedBytes } from './aligned-bytes.ts';

/** Length of each named axis. */
export type AxisLengths = Readonly<Record<string, number>>;

/** A segment of each of some axes. */
export type AxisSegments = Readonly<Record<string, { readonly start: number; readonly length: number }>>;

/** Position of each kept activation of a run in a buffer. */
export interface KeptPlan {
  readonly byteLength: number;
  readonly placed: readonly {
    readonly name: string;
    /** Name of the first axis; its length as text if it has no name. */
    readonly firstAxis: string;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

/** Tensors that the forward graph writes and the backward graph reads. */
export interface KeptTensors {
  readonly tensors: NamedTensors;
  /** One of the tensors; its rows are those of the features in the graphs. */
  readonly features: Tensor;
}

/**
 * Plans a run's features and kept activations in one buffer, each after the other, from byte `start` on.
 */
export function planKept(
  kept: KeptActivations,
  featureShape: readonly (number | string)[],
  lengths: AxisLengths,
  start = 0,
): KeptPlan {
  const all = new Map([[FEATURES, featureShape], ...kept]);
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

/**
 * Views of the planned tensors in a buffer; nothing is copied.
 *
 * @param segments Segments of first axes: tensors with such an axis are limited to the segment.
 */
export function keptTensors(
  { placed }: KeptPlan,
  buffer: ArrayBuffer,
  segments: AxisSegments = {},
): KeptTensors {
  const views = placed.map(({ name, firstAxis, shape: [length, ...rest], offset }): [string, Tensor] => {
    const segment = segments[firstAxis] ?? { start: 0, length };
    const shape = [segment.length, ...rest];
    const start = offset + segment.start * elementCount(rest) * Float32Array.BYTES_PER_ELEMENT;
    return [name, { shape, data: new Float32Array(buffer, start, elementCount(shape)) }];
  });
  const [[, features]] = views;
  return { tensors: new Map(views), features };
}
