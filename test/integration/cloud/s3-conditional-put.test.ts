import { afterEach, describe, expect, it } from 'vitest';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import {
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from '#test/support/scripted-server.ts';
import { emulatorClients } from '#test/support/sqs-harness.ts';

const failed = (status: number, code: string): ScriptedAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as scripted</Message></Error>`,
});
const conflict = failed(409, 'ConditionalRequestConflict');
const exists = failed(412, 'PreconditionFailed');
const done: ScriptedAnswer = { status: 200, headers: { etag: '"1"' } };

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

/** A conditional put to a server that gives these responses to puts. */
async function putIfAbsent(
  answers: readonly ScriptedAnswer[],
  writerOf: (writer: string) => string = (writer) => writer,
): Promise<{ readonly won: boolean; readonly puts: number }> {
  let puts = 0;
  let writer = '';
  server = await startScriptedServer((request) => {
    if (request.method === 'HEAD') return { status: 200, headers: { 'x-amz-meta-writer': writerOf(writer) } };
    expect(request.headers['if-none-match']).toBe('*');
    writer = String(request.headers['x-amz-meta-writer']);
    puts += 1;
    return answers[puts - 1] ?? failed(500, 'NotScripted');
  });
  const clients = emulatorClients(server.endpoint);
  try {
    const won = await new S3ObjectStore(clients, 'bucket').putIfAbsent('key', Uint8Array.of(1, 2, 3));
    return { won, puts };
  } finally {
    clients.destroy();
  }
}

describe('a conditional put to S3', () => {
  it('wins when the object was written', async () => {
    expect(await putIfAbsent([done])).toEqual({ won: true, puts: 1 });
  });

  it('loses when there is an object', async () => {
    expect(await putIfAbsent([exists])).toEqual({ won: false, puts: 1 });
  });

  it('is repeated when it met another one under way, and then wins or loses', async () => {
    expect(await putIfAbsent([conflict, conflict, done])).toEqual({ won: true, puts: 3 });
    await server?.stop();
    expect(await putIfAbsent([conflict, exists], () => 'someone else')).toEqual({ won: false, puts: 2 });
  });

  it('has won when the answer to its own write was lost and the repetition finds the object', async () => {
    expect(await putIfAbsent(['drop', exists])).toEqual({ won: true, puts: 2 });
  });

  it('has lost when the repetition finds the object of another writer', async () => {
    expect(await putIfAbsent(['drop', exists], () => 'someone else')).toEqual({ won: false, puts: 2 });
  });

  it('is repeated while the service fails or throttles', async () => {
    const answers = [failed(503, 'SlowDown'), failed(500, 'InternalError'), done];
    expect(await putIfAbsent(answers)).toEqual({ won: true, puts: 3 });
  });
});
