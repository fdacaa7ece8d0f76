import { ProtocolError } from '#shared/errors.ts';
import type { ObjectStore } from './ports/object-store.ts';

/** The bytes of an object that must be there. Throws a ProtocolError that names it when it is not. */
export async function requireObject(objects: ObjectStore, key: string): Promise<Uint8Array> {
  const bytes = await objects.get(key);
  if (bytes !== undefined) return bytes;
  throw new ProtocolError('is not there.', {
    subject: `object ${key}`,
    remedy: 'Was the run prepared in this object store, and is it there still?',
  });
}
