import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import type { StoredTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { PayloadReference } from '#shared/protocol/message.ts';
import type { TravellingTensors } from './batch-tensors.ts';

/**
 * Tensors on their way: inside the message up to `inlineBytes`, else stored under the key. The tensors of one key
 * are a function of the run, so whoever wrote them first wrote the same bytes.
 */
export async function packPayload(
  objects: ObjectStore,
  key: string,
  tensors: TravellingTensors,
  inlineBytes: number,
): Promise<PayloadReference> {
  const bytes = writeSafetensors(tensors);
  if (bytes.byteLength <= inlineBytes) {
    return { place: 'inline', base64: Buffer.from(bytes).toString('base64') };
  }
  await objects.putIfAbsent(key, bytes);
  return { place: 'object', key, bytes: bytes.byteLength };
}

/** The tensors of a payload; undefined when its object is gone, as it is once the round is over. */
export async function unpackPayload(
  objects: ObjectStore,
  payload: PayloadReference,
): Promise<StoredTensors | undefined> {
  switch (payload.place) {
    case 'inline':
      return readSafetensors(Buffer.from(payload.base64, 'base64'), 'inline payload').tensors;
    case 'object': {
      const bytes = await objects.get(payload.key);
      return bytes === undefined ? undefined : readSafetensors(bytes, `object ${payload.key}`).tensors;
    }
  }
}
