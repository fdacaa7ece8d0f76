import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, write } from 'node:fs';
import { promisify } from 'node:util';

/** Folder of Linux for files that are held in memory. */
const FOLDER = '/dev/shm';

/** Bytes of each of a slot's two regions; only pages that were written exist. */
export const REGION_BYTES = 2 ** 33;
const SLOT_BYTES = 2 * REGION_BYTES;

/** Slots, and so the requests that can be in flight with memory of their own. */
const SLOTS = 1024;

/** Bytes of one call; Linux copies at most about 2 GiB in one. */
const CALL_BYTES = 2 ** 30;

/** Parts of one tensor that are copied at once, by as many threads of libuv's pool. */
const PARTS = 4;

/** Bytes from which a tensor is copied in parts. */
const PARTED_BYTES = 4 * 1024 * 1024;

const writeAsync = promisify(write);

/**
 * Memory that this process shares with one that it starts: an open file without a name, in which each request
 * in flight has a slot with a region for the request and one for the reply. It is freed with the last of the
 * processes, however they end. `python/airtune_torch/shared_memory.py` has the same sizes.
 */
export class SharedMemory {
  /** For the `stdio` of the other process. */
  readonly descriptor: number;
  readonly #free: number[] = [];
  #used = 0;

  private constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  /** @returns undefined where the system has no such memory */
  static open(): SharedMemory | undefined {
    const path = `${FOLDER}/airtune-${crypto.randomUUID()}`;
    let descriptor: number | undefined;
    try {
      descriptor = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      ftruncateSync(descriptor, SLOTS * SLOT_BYTES);
      return new SharedMemory(descriptor);
    } catch {
      if (descriptor !== undefined) closeSync(descriptor);
      return undefined;
    }
  }

  /** A free slot, the lowest so that few are ever written; undefined if none is. */
  take(): number | undefined {
    if (this.#free.length > 0) return this.#free.sort((a, b) => b - a).pop();
    return this.#used < SLOTS ? this.#used++ : undefined;
  }

  /** Makes a slot free, once the reply was read. */
  give(slot: number): void {
    this.#free.push(slot);
  }

  /**
   * Writes a request into its slot.
   *
   * @returns whether there was room; the memory of containers is often small
   */
  async write(slot: number, parts: readonly Uint8Array[]): Promise<boolean> {
    const begin = slot * SLOT_BYTES;
    if (parts.reduce((sum, { byteLength }) => sum + byteLength, 0) > REGION_BYTES) return false;
    let position = begin;
    try {
      for (const part of parts) {
        const bytes = part.byteLength < PARTED_BYTES ? part.byteLength : Math.ceil(part.byteLength / PARTS);
        const writes: Promise<void>[] = [];
        for (let start = 0; start < part.byteLength; start += bytes) {
          writes.push(this.#writeAll(part.subarray(start, start + bytes), position + start));
        }
        await Promise.all(writes);
        position += part.byteLength;
      }
      return true;
    } catch {
      return false;
    }
  }

  async #writeAll(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.byteLength; ) {
      const length = Math.min(CALL_BYTES, bytes.byteLength - done);
      const { bytesWritten } = await writeAsync(this.descriptor, bytes, done, length, position + done);
      done += bytesWritten;
    }
  }

  /** A copy of the reply in a slot. */
  read(slot: number, byteLength: number): Uint8Array {
    const body = new Uint8Array(byteLength);
    const begin = slot * SLOT_BYTES + REGION_BYTES;
    for (let done = 0; done < byteLength; ) {
      done += readSync(this.descriptor, body, done, Math.min(CALL_BYTES, byteLength - done), begin + done);
    }
    return body;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
