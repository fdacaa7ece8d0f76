import { afterEach, expect, it } from 'vitest';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import { type ScriptedServer, startScriptedServer } from '#test/support/scripted-server.ts';
import { emulatorClients } from '#test/support/sqs-harness.ts';

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

const page = (runs: readonly string[], next?: string) =>
  `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${
    next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`
  }${runs.map((run) => `<CommonPrefixes><Prefix>runs/${run}/</Prefix></CommonPrefixes>`).join('')}</ListBucketResult>`;

it('runs are listed by S3 with a delimiter, page by page, and not key by key', async () => {
  const pages = [page(['b', 'c'], 'more'), page(['a'])];
  const running = await startScriptedServer((_request, index) => ({ status: 200, body: pages[index] }));
  server = running;
  const clients = emulatorClients(running.endpoint);
  try {
    expect(await new S3ObjectStore(clients, 'bucket').listFolders('runs/')).toEqual(['a', 'b', 'c']);
  } finally {
    clients.destroy();
  }
  expect(running.requests).toHaveLength(2);
  for (const { path } of running.requests) {
    expect(path).toContain('delimiter=%2F');
    expect(path).toContain('prefix=runs%2F');
  }
  expect(running.requests[1].path).toContain('continuation-token=more');
});
