import { ProtocolError } from '#shared/errors.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import {
  int32Tensor,
  type StoredTensors,
  type WritableTensor,
} from '#shared/model/safetensors/stored-tensor.ts';
import { requireShape, type Tensor } from '#shared/model/tensor.ts';
import { decodeTensor, encodeTensor } from '#shared/model/transport/tensor-codec.ts';
import type { TransportBits } from '#shared/model/transport/transported-bits.ts';

/** The tensors of a payload in their stored form. */
export type PayloadTensors = ReadonlyMap<string, WritableTensor>;

/** The payload of a mini-batch's embedding output: values and sequence lengths. */
export function embeddedBatchTensors(
  { embeddings, lengths }: EmbeddedBatch,
  bitsPerValue: TransportBits,
): PayloadTensors {
  return new Map<string, WritableTensor>([
    ...encodeTensor('embeddings', embeddings, bitsPerValue),
    ['lengths', { shape: [lengths.length], data: lengths }],
  ]);
}

/**
 * Reads a payload of {@link embeddedBatchTensors}.
 *
 * @throws AirtuneError when the tensors are not a mini-batch for an encoder of this hidden size.
 */
export function readEmbeddedBatch(
  tensors: StoredTensors,
  hiddenSize: number,
  subject: string,
): EmbeddedBatch {
  const embeddings = decodeTensor(tensors, 'embeddings', subject);
  const lengths = int32Tensor(tensors, 'lengths', subject).data;
  const [, tokens] = embeddings.shape;
  requireShape('embeddings', embeddings, [lengths.length, tokens ?? 0, hiddenSize]);
  if (lengths.some((length) => length < 1 || length > tokens)) {
    throw new ProtocolError(`sequence lengths must be 1 to ${tokens}.`, { subject });
  }
  return { embeddings, lengths };
}

/** Name of a payload of one tensor: the features, or the feature gradient. */
type BatchTensor = 'features' | 'gradients';

/** The payload of features or of a feature gradient, [batch, hidden]. */
export function batchTensors(name: BatchTensor, value: Tensor, bitsPerValue: TransportBits): PayloadTensors {
  return new Map(encodeTensor(name, value, bitsPerValue));
}

/**
 * Reads a payload of {@link batchTensors} in single precision.
 *
 * @throws AirtuneError when the tensor is missing or has another shape.
 */
export function readBatchTensor(
  tensors: StoredTensors,
  name: BatchTensor,
  shape: readonly number[],
  subject: string,
): Tensor {
  return requireShape(name, decodeTensor(tensors, name, subject), shape);
}
