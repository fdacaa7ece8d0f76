import { fork } from 'node:child_process';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startEmulatorProcess } from '#local/emulator-process.ts';
import { freePort } from '#local/free-port.ts';
import { isProcessRunning } from '#shared/cloud/node/process-running.ts';
import { ServiceError } from '#shared/errors.ts';
import { hasMiniStack } from '#test/support/ministack.ts';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'airtune-emulator-test-'));
  folders.push(folder);
  return folder;
}

const patience = { timeout: 20_000, interval: 50 };

/**
 * Substitute for an emulator: reports that it is ready, starts a process of its own, and ignores SIGTERM.
 */
const STUBBORN = `
  const fs = require('node:fs');
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  process.on('SIGTERM', () => {});
  fs.writeFileSync(process.argv[2], process.pid + ' ' + child.pid);
  require('node:http').createServer((request, response) => response.end()).listen(Number(process.argv[1]));
`;

describe('an emulator on this machine', () => {
  it('is ended with everything it started, even when it ignores the request, and its folder is removed', async () => {
    const runFolder = await newFolder();
    const pidFile = join(await newFolder(), 'pids');
    const port = await freePort();
    const emulator = await startEmulatorProcess({
      name: 'stubborn',
      command: [process.execPath, '-e', STUBBORN, String(port), pidFile],
      environment: {},
      runFolder,
      endpoint: `http://127.0.0.1:${port}`,
      healthPath: '/',
      startSeconds: 20,
    });
    const pids = (await readFile(pidFile, 'utf8')).split(' ').map(Number);
    expect(pids.map(isProcessRunning)).toEqual([true, true]);
    await emulator.stop();
    await emulator.stop();
    await vi.waitFor(() => expect(pids.map(isProcessRunning)).toEqual([false, false]), patience);
    await expect(access(runFolder)).rejects.toThrow('ENOENT');
  });

  it('that does not start is reported with the end of its output', async () => {
    const runFolder = await newFolder();
    const starting = startEmulatorProcess({
      name: 'broken',
      command: [process.execPath, '-e', 'console.log("no such module"); process.exit(3)'],
      environment: {},
      runFolder,
      endpoint: `http://127.0.0.1:${await freePort()}`,
      healthPath: '/',
      startSeconds: 20,
    });
    const error: unknown = await starting.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ subject: 'broken', message: expect.stringContaining('no such module') });
  });

  it.skipIf(!hasMiniStack)('ends when the process that started it is killed', async () => {
    const owner = fork(join(import.meta.dirname, '../../support/emulator-owner.ts'));
    const endpoint = await new Promise((resolve) => owner.once('message', resolve));
    const answers = () =>
      fetch(`${endpoint}/_ministack/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    expect(await answers()).toBe(true);
    owner.kill('SIGKILL');
    await vi.waitFor(async () => expect(await answers()).toBe(false), patience);
  });
});
