import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputError } from '#shared/errors.ts';
import { outputError, systemErrorCode } from './file-errors.ts';

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
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = await realpath(folder).catch((error: unknown) => {
    throw outputError(folder, error);
  });
  const server = await listen(addressOf(path), folder);
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

async function listen(address: string, folder: string): Promise<Server> {
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
    if (systemErrorCode(error) !== 'EADDRINUSE') throw outputError(folder, error);
    const holder = await askHolder(address);
    if (holder !== undefined) throw heldBy(holder, folder);
    // The file of the socket remained after its process ended.
    await rm(address, { force: true });
    await tryListening().catch(() => {
      throw heldBy('', folder);
    });
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
