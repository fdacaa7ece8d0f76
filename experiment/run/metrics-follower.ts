import { open } from 'node:fs/promises';
import { systemErrorCode } from '#shared/cloud/file/file-errors.ts';

const NEWLINE = 0x0a;

/** Counts the rounds of a run in its metrics.jsonl, while another process writes the file. */
export class MetricsFollower {
  readonly #path: string;
  #offset = 0;
  #rounds = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Finished rounds so far: 0 for a missing file. A file that has become shorter was begun again and is
   * counted from its start.
   */
  async rounds(): Promise<number> {
    const file = await open(this.#path).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (file === undefined) return 0;
    try {
      const { size } = await file.stat();
      if (size < this.#offset) {
        this.#offset = 0;
        this.#rounds = 0;
      }
      const bytes = Buffer.alloc(size - this.#offset);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset);
      this.#offset += bytesRead;
      this.#rounds += bytes.subarray(0, bytesRead).filter((byte) => byte === NEWLINE).length;
      return this.#rounds;
    } finally {
      await file.close();
    }
  }
}
