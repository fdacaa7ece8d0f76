import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { AirtuneError } from '#shared/errors.ts';

/**
 * Checks that a store honours conditional writes, which all decisions of a run need: of two conditional
 * writes of one key, the second must fail. Some endpoints ignore `If-None-Match` and overwrite the object.
 *
 * @param endpoint Names the endpoint in the error.
 * @throws AirtuneError of kind `service` when the second write succeeds.
 */
export async function requireConditionalWrites(objects: ObjectStore, endpoint: string): Promise<void> {
  const key = `probes/${randomUUID()}`;
  await objects.putIfAbsent(key, Uint8Array.of(1));
  const overwritten = await objects.putIfAbsent(key, Uint8Array.of(2));
  await objects.delete([key]);
  if (!overwritten) return;
  throw new AirtuneError(
    'service',
    'ignores If-None-Match, so that decisions of a run could be overwritten.',
    {
      subject: endpoint,
      remedy: 'Use an endpoint that honours conditional writes, as S3, MiniStack and LocalStack do.',
    },
  );
}
