import { readEmbeddedBatch } from '#functions/exchange/batch-tensors.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { EncoderMaterial } from './encoder-material.ts';

/**
 * The embeddings that a device sent for its mini-batch, which are always a stored object. Undefined when they
 * are deleted, which happens after the round.
 */
export async function readEmbeddings(
  { ports }: EncoderMaterial,
  record: RunRecord,
  { round, device }: { readonly round: number; readonly device: number },
): Promise<EmbeddedBatch | undefined> {
  const key = runKeys.payload(record.run, round, device, 'embeddings');
  const bytes = await ports.objects.get(key);
  if (bytes === undefined) return undefined;
  const { tensors } = readSafetensors(bytes, `object ${key}`);
  return readEmbeddedBatch(tensors, record.hiddenSize, `embeddings of device ${device}`);
}
