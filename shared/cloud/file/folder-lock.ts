import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutputError } from '#shared/errors.ts';
import { outputError, systemErrorCode } from './file-errors.ts';

/** Longest time that a stopped process without unsaved work needs to end, and interval of the checks [ms]. */
const STOPPING_MS = 1_000;
const CHECK_MS = 100;

/** A lock on a folder. While it is held, no other airtune process on this machine can lock the folder. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Locks a folder until the lock is released or this process ends. The lock is a local socket whose name is a
 * hash of the folder's real path. The system closes the socket when the process ends, so a killed process
 * leaves no lock.
 *
 * The lock has no effect on processes of other machines or of other network namespaces that share the folder.
 *
 * @param waitMs Longest wait for another process to release it [ms]: one that was stopped needs a moment.
 * @throws OutputError when the folder is missing, or another process still holds it after the wait
 */
export async function lockFolder(folder: string, waitMs = STOPPING_MS): Promise<FolderLock> {
  const path = await realpath(folder).catch((error: unknown) => {
    throw outputError(folder, error);
  });
  const server = await listenWithin(waitMs, addressOf(path), folder);
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Whether a process of this machine holds the lock of a folder. Takes no lock. */
export async function isFolderHeld(folder: string): Promise<boolean> {
  const path = await realpath(folder).catch((error: unknown) => {
    throw outputError(folder, error);
  });
  return (await askHolder(addressOf(path))) !== undefined;
}

/** Address of the lock of a folder. */
function addressOf(realPath: string): string {
  return socketAddress(createHash('sha256').update(realPath).digest('hex').slice(0, 32));
}

/**
 * Address of the socket. On Linux and Windows it is not a file and vanishes with its process; on other
 * systems it is a file.
 */
function socketAddress(name: string): string {
  switch (process.platform) {
    case 'linux':
      return `\0airtune-${name}`;
    case 'win32':
      return `\\\\.\\pipe\\airtune-${name}`;
    default:
      return join(tmpdir(), `airtune-${name}.lock`);
  }
}

async function listenWithin(waitMs: number, address: string, folder: string): Promise<Server> {
  for (let waitedMs = 0; ; waitedMs += CHECK_MS) {
    try {
      const attempt = await listen(address);
      if (!('holder' in attempt)) return attempt;
      if (waitedMs >= waitMs) throw heldBy(attempt.holder, folder);
    } catch (error) {
      throw outputError(folder, error);
    }
    await sleep(CHECK_MS);
  }
}

/** A listening socket, or the number of the process that already listens; empty if it is not known. */
async function listen(address: string): Promise<Server | { readonly holder: string }> {
  const server = createServer((socket) => socket.end(String(process.pid)));
  const tryListening = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, () => {
        server.off('error', reject);
        resolve();
      });
    });
  try {
    await tryListening();
  } catch (error) {
    if (systemErrorCode(error) !== 'EADDRINUSE') throw error;
    const holder = await askHolder(address);
    if (holder !== undefined) return { holder };
    // The file of the socket remained after its process ended.
    await rm(address, { force: true });
    try {
      await tryListening();
    } catch {
      return { holder: '' };
    }
  }
  return server;
}

/** The number of the process that holds the lock; undefined when no process listens. */
function askHolder(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(address);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      said += text;
    });
    socket.on('end', () => resolve(said));
    socket.on('error', () => resolve(undefined));
  });
}

function heldBy(holder: string, folder: string): OutputError {
  const process = /^\d{1,10}$/.test(holder) ? ` (process ${holder})` : '';
  return new OutputError(`is in use by another airtune${process}.`, {
    subject: folder,
    remedy: 'Wait for it or end it, or choose another folder.',
  });
}
