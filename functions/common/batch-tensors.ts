import { ProtocolError } from '../../shared/errors.ts';
import type { EmbeddedBatch } from '../../shared/model/engine/encoder-engine.ts';
import {
  floatTensor,
  int32Tensor,
  type StoredTensor,
  type StoredTensors,
} from '../../shared/model/safetensors/stored-tensor.ts';
import { requireFinite, requireShape, type Tensor } from '../../shared/model/tensor.ts';

/** A mini-batch's embedding output as it travels: values and sequence lengths. */
export function embeddedBatchTensors({ embeddings, lengths }: EmbeddedBatch): StoredTensors {
  return new Map<string, StoredTensor>([
    ['embeddings', embeddings],
    ['lengths', { shape: [lengths.length], data: lengths }],
  ]);
}

/** @throws when the tensors are not a mini-batch for an encoder of this hidden size. */
export function readEmbeddedBatch(
  tensors: StoredTensors,
  hiddenSize: number,
  subject: string,
): EmbeddedBatch {
  const embeddings = requireFinite('embeddings', floatTensor(tensors, 'embeddings', subject));
  const lengths = int32Tensor(tensors, 'lengths', subject).data;
  const [, tokens] = embeddings.shape;
  requireShape('embeddings', embeddings, [lengths.length, tokens ?? 0, hiddenSize]);
  if (lengths.some((length) => length < 1 || length > tokens)) {
    throw new ProtocolError(`sequence lengths must be 1 to ${tokens}.`, { subject });
  }
  return { embeddings, lengths };
}

/** Features and the gradient at them travel alone: [batch, hidden]. */
export function readBatchTensor(
  tensors: StoredTensors,
  name: 'features' | 'gradients',
  shape: readonly number[],
  subject: string,
): Tensor {
  return requireFinite(name, requireShape(name, floatTensor(tensors, name, subject), shape));
}
