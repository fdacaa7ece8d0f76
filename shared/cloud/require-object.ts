import { ProtocolError } from '#shared/errors.ts';
import type { ObjectStore } from './ports/object-store.ts';

/**
 * The bytes of an object that must exist.
 *
 * @throws ProtocolError naming the object when it does not exist.
 */
export async function requireObject(objects: ObjectStore, key: string): Promise<Uint8Array> {
  const bytes = await objects.get(key);
  if (bytes !== undefined) return bytes;
  throw new ProtocolError('is not there.', {
    subject: `object ${key}`,
    remedy: 'Was the run prepared in this object store, and is it there still?',
  });
}
