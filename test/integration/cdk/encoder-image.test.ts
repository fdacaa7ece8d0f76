import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startFauxqs } from 'fauxqs';
import { expect, it, vi } from 'vitest';
import { runCommand } from '#local/run-command.ts';
import { ensureQueue } from '#shared/cloud/aws/queue-resources.ts';
import { deadLettersUrlVariable, queueUrlVariable } from '#shared/protocol/function-environment.ts';
import { QUEUE_NAMES } from '#shared/protocol/functions.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { emulatorClients } from '#test/support/sqs-harness.ts';

const ASSEMBLE = new URL('../../../functions/encoder/assemble.sh', import.meta.url).pathname;

it('refuses an unknown variant and an existing folder', () => {
  const folder = scratchFolder();
  const outcome = (...args: string[]) => {
    const { status, stderr } = spawnSync('sh', [ASSEMBLE, ...args], { encoding: 'utf8' });
    return { status, stderr: stderr.trim() };
  };
  expect(outcome('tpu', join(folder, 'new'))).toEqual({
    status: 2,
    stderr: 'assemble.sh: tpu: use cpu, gpu or torch.',
  });
  expect(outcome('cpu', folder).stderr).toContain('exists: name a new folder');
});

it.skipIf(!fullRunOnly("the encoder's service, assembled"))(
  'assembles a service that polls its queue, writes heartbeats, and ends on SIGTERM',
  async () => {
    const folder = scratchFolder();
    const target = join(folder, 'airtune');
    const { status, stderr } = await runCommand('sh', [ASSEMBLE, 'cpu', target]);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(join(target, 'node_modules/onnxruntime-node/bin/napi-v6'))).toEqual([
      process.platform,
    ]);
    expect(existsSync(join(target, 'node_modules/vitest'))).toBe(false);

    const server = await startFauxqs({ port: 0, logger: false });
    const clients = emulatorClients(`http://127.0.0.1:${server.port}`);
    const { queueUrl, deadLettersUrl } = await ensureQueue(clients, {
      name: 'encoder',
      visibilitySeconds: 30,
      maxReceiveCount: 5,
    });
    clients.destroy();
    const heartbeat = join(folder, 'heartbeat');
    const environment = {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${server.port}`,
      AIRTUNE_HEARTBEAT_FILE: heartbeat,
      AIRTUNE_BUCKET: 'bucket',
      ...Object.fromEntries(
        QUEUE_NAMES.flatMap((name) => [
          [queueUrlVariable(name), queueUrl],
          [deadLettersUrlVariable(name), deadLettersUrl],
        ]),
      ),
    };
    const node = (script: string) =>
      spawn(process.execPath, [script], { cwd: target, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = (child: ReturnType<typeof node>) =>
      new Promise<number | null>((resolve) => child.on('close', resolve));

    expect(await ended(node('functions/encoder/health.ts'))).toBe(1);
    const service = node('functions/encoder/index.ts');
    let output = '';
    for (const stream of [service.stdout, service.stderr]) stream.on('data', (chunk) => (output += chunk));
    const end = ended(service);
    try {
      // An invalid message is received and becomes a dead letter, which shows that the encoder runs.
      server.sendMessage('encoder', 'no message at all');
      await vi.waitFor(() => expect(existsSync(heartbeat)).toBe(true), { timeout: 60_000 });
      expect(await ended(node('functions/encoder/health.ts'))).toBe(0);
    } finally {
      service.kill('SIGTERM');
    }
    expect({ status: await end, output }).toEqual({
      status: 0,
      output: expect.stringContaining('message-failed'),
    });
    await server.stop();
  },
  240_000,
);
