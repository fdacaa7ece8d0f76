import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import type { TfTensors } from './transformer-ops.ts';

/** Whether a tensor is the kernel of a dense layer: any matrix except an embedding table. */
function isKernel(name: string, shape: readonly number[]): boolean {
  return shape.length === 2 && !name.startsWith('embeddings.');
}

function transposed({ shape: [rows, columns], data }: Tensor): Tensor {
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = data[row * columns + column];
  }
  return { shape: [columns, rows], data: out };
}

/** Copies a tensor to the backend. */
export function toTf({ shape, data }: Tensor): tf.Tensor {
  return tf.tensor(data, [...shape], 'float32');
}

/** Copies a tensor back from the backend. */
export async function fromTf(value: tf.Tensor): Promise<Tensor> {
  return { shape: [...value.shape], data: Float32Array.from(await value.data()) };
}

/** Copies model weights to the backend. Kernels are transposed to [inputs, outputs]. */
export function uploadWeights(tensors: NamedTensors): TfTensors {
  return new Map(
    [...tensors].map(([name, value]) => [
      name,
      toTf(isKernel(name, value.shape) ? transposed(value) : value),
    ]),
  );
}

/**
 * Copies model weights back under the same names. Kernels are transposed to [outputs, inputs], as in
 * checkpoints.
 */
export async function downloadWeights(weights: TfTensors): Promise<NamedTensors> {
  const tensors = new Map<string, Tensor>();
  for (const [name, value] of weights) {
    const back = await fromTf(value);
    tensors.set(name, isKernel(name, back.shape) ? transposed(back) : back);
  }
  return tensors;
}
