import { type PythonOptions, PythonProcess } from './python-process.ts';

/**
 * Holds the Python process of one or several engines: starts it when it is first needed, and a new one when
 * it has ended.
 */
export class PythonHost {
  readonly #options: PythonOptions;
  #current: Promise<PythonProcess> | undefined;

  constructor(options: PythonOptions) {
    this.#options = options;
  }

  /** The running process. */
  async running(): Promise<PythonProcess> {
    const starting = this.#current ?? PythonProcess.start(this.#options);
    this.#current = starting;
    const process = await starting.catch(() => undefined);
    if (process !== undefined && !process.hasEnded) return process;
    if (this.#current === starting) this.#current = undefined;
    return process === undefined ? starting : this.running();
  }

  async close(): Promise<void> {
    const current = await this.#current;
    this.#current = undefined;
    await current?.close();
  }
}
