import { Tensor as OrtTensor } from 'onnxruntime-node';
import type { NamedTensors } from '#shared/model/tensor.ts';

/** Values of a graph's inputs, by name. */
export type GraphFeeds = ReadonlyMap<string, OrtTensor>;

/** ONNX Runtime's tensor over the same memory; nothing is copied. */
export function ortTensor(data: Float32Array, shape: readonly number[]): OrtTensor {
  return new OrtTensor('float32', data, shape);
}

/** ONNX Runtime's tensors over the same memory, by name. */
export function tensorFeeds(tensors: NamedTensors): GraphFeeds {
  return new Map([...tensors].map(([name, { data, shape }]) => [name, ortTensor(data, shape)]));
}
