import { Tensor as OrtTensor } from 'onnxruntime-node';
import type { NamedTensors } from '#shared/model/tensor.ts';

/** Values of a graph's inputs, by name. */
export type GraphFeeds = ReadonlyMap<string, OrtTensor>;

/** ONNX Runtime's tensor over the same memory; nothing is copied. */
export function ortTensor(data: Float32Array, shape: readonly number[]): OrtTensor {
  return new OrtTensor('float32', data, shape);
}

/** A list of row numbers as the index of Gather and ScatterND. */
export function rowIndices(rows: Int32Array): OrtTensor {
  return new OrtTensor('int64', BigInt64Array.from(rows, BigInt), [rows.length]);
}

/** ONNX Runtime's tensors over the same memory, by name. */
export function tensorFeeds(tensors: NamedTensors): GraphFeeds {
  return new Map([...tensors].map(([name, { data, shape }]) => [name, ortTensor(data, shape)]));
}
