import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import {
  type ScriptedAnswer,
  type ScriptedServer,
  type SeenRequest,
  startScriptedServer,
} from '#test/support/scripted-server.ts';
import { emulatorClients } from '#test/support/sqs-harness.ts';
import { rejectedLine } from '#test/support/thrown.ts';

const BODY = 'what was stored';
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');
const answer = (body: string, checksumOf?: string): ScriptedAnswer => ({
  status: 200,
  headers: {
    etag: '"1"',
    ...(checksumOf === undefined ? {} : { 'x-amz-checksum-sha256': sha256(checksumOf) }),
  },
  body,
});

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

/** A store on a server that gives these responses in turn and repeats the last one. */
async function withStore<T>(
  answers: readonly [ScriptedAnswer, ...ScriptedAnswer[]],
  task: (store: S3ObjectStore) => Promise<T>,
): Promise<{ readonly result: T; readonly requests: readonly SeenRequest[] }> {
  const last = answers[answers.length - 1] ?? answers[0];
  const running = await startScriptedServer((_request, index) => answers[index] ?? last);
  server = running;
  const clients = emulatorClients(running.endpoint);
  try {
    return { result: await task(new S3ObjectStore(clients, 'bucket')), requests: running.requests };
  } finally {
    clients.destroy();
  }
}

describe('an object in S3', () => {
  it('is written with its SHA-256, whichever way it is written', async () => {
    const { requests } = await withStore([answer('')], async (store) => {
      await store.put('key', new TextEncoder().encode(BODY));
      await store.putIfAbsent('key', new TextEncoder().encode(BODY));
    });
    expect(requests.map(({ headers }) => headers['x-amz-checksum-sha256'])).toEqual([
      sha256(BODY),
      sha256(BODY),
    ]);
  });

  it('is asked for with its checksum, and read when it matches', async () => {
    const { result, requests } = await withStore([answer(BODY, BODY)], (store) => store.get('key'));
    expect(new TextDecoder().decode(result)).toBe(BODY);
    expect(requests[0]?.headers['x-amz-checksum-mode']).toBe('ENABLED');
  });

  it('is read again when it arrives damaged', async () => {
    const answers = [answer('what was stored?', BODY), answer(BODY, BODY)] as const;
    const { result, requests } = await withStore([...answers], (store) => store.get('key'));
    expect(new TextDecoder().decode(result)).toBe(BODY);
    expect(requests).toHaveLength(2);
  });

  it.each(['', 'what was stores', 'what was stored and more'])(
    'is named as damaged, and not returned, when it is so every time: %j',
    async (body) => {
      const { result, requests } = await withStore([answer(body, BODY)], (store) =>
        store.get('some/key').catch((error: unknown) => error),
      );
      expect(result).toBeInstanceOf(DamagedObjectError);
      expect(result).toMatchObject({ key: 'some/key', retryable: false });
      expect(String(result instanceof DamagedObjectError && result.line)).toContain('bucket/some/key');
      expect(requests.length).toBeLessThan(6);
    },
  );

  it('is read without a check from an endpoint that keeps no checksums', async () => {
    const { result } = await withStore([answer(BODY)], (store) => store.get('key'));
    expect(new TextDecoder().decode(result)).toBe(BODY);
  });

  it.each(['put', 'putIfAbsent'] as const)(
    'of more than 5 GiB is refused by %s before a request',
    async (method) => {
      const { result, requests } = await withStore([answer('')], (store) =>
        // Its pages are never touched, so they take no memory.
        rejectedLine(store[method]('prepared/a/encoder', new Uint8Array(5 * 2 ** 30 + 1))),
      );
      expect(result).toMatch(
        /^object bucket\/prepared\/a\/encoder at .*: has 5368709121 bytes; S3 takes 5368709120 in one request\. .*bitsPerWeight=16/,
      );
      expect(requests).toEqual([]);
    },
  );
});
