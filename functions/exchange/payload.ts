import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import type { StoredTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { PayloadReference } from '#shared/protocol/message.ts';
import type { PayloadTensors } from './batch-tensors.ts';

/**
 * Packs tensors for a message: inline up to `inlineBytes`, otherwise as an object stored under the key. The
 * settings and seed of a run determine the tensors of each key, so an object that exists already has the same
 * bytes.
 */
export async function packPayload(
  objects: ObjectStore,
  key: string,
  tensors: PayloadTensors,
  inlineBytes: number,
): Promise<PayloadReference> {
  const bytes = writeSafetensors(tensors);
  if (bytes.byteLength <= inlineBytes) {
    return { place: 'inline', base64: Buffer.from(bytes).toString('base64') };
  }
  return storedPayload(objects, key, bytes);
}

/** As {@link packPayload}, always as a stored object. */
export function storePayload(
  objects: ObjectStore,
  key: string,
  tensors: PayloadTensors,
): Promise<PayloadReference> {
  return storedPayload(objects, key, writeSafetensors(tensors));
}

async function storedPayload(
  objects: ObjectStore,
  key: string,
  bytes: Uint8Array,
): Promise<PayloadReference> {
  await objects.putIfAbsent(key, bytes);
  return { place: 'object', key, bytes: bytes.byteLength };
}

/**
 * The tensors of a payload; undefined when its object is deleted, which happens after the commit of the
 * round.
 */
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
