import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { AirtuneError } from '#shared/errors.ts';

/**
 * Finds out whether a store honours conditional writes, on which every decision of a run rests: of two, the second must
 * fail. Some endpoints ignore `If-None-Match` and overwrite.
 *
 * @param endpoint as the error names it
 * @throws AirtuneError of kind `service` when the second write succeeds
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
