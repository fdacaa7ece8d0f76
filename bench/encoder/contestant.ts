import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

export interface StepMeasure {
  readonly forwardMs: number;
  readonly backwardMs: number;
  readonly peakMegabytes: number;
  /** Processor time of all threads [ms]; comparable even on a machine with other load. */
  readonly processorMs: number;
}

export interface ContestantSettings {
  readonly threads: number;
  /** Provider of the engine. PyTorch uses CUDA for every value except `cpu`. */
  readonly provider: string;
}

/**
 * A process that executes one step for each input line, the number of tokens or nothing for the case's own,
 * and is idle between steps.
 */
export class Contestant {
  readonly name: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  private constructor(name: string, child: ChildProcessWithoutNullStreams, reader: Interface) {
    this.name = name;
    this.#process = child;
    this.#lines = reader[Symbol.asyncIterator]();
  }

  /** Starts a contestant. @returns undefined, after a notice, if its requirements are not installed. */
  static async start(
    name: string,
    caseName: string,
    { threads, provider }: ContestantSettings,
  ): Promise<Contestant | undefined> {
    const here = import.meta.dirname;
    const [program, ...args] = name.startsWith('pytorch')
      ? [process.env.AIRTUNE_PYTHON ?? 'python3', resolve(here, 'pytorch-contestant.py'), name]
      : [process.execPath, resolve(here, 'engine-contestant.ts'), name];
    const child = spawn(program, [...args, caseName, String(threads), provider]);
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = chunk.toString().trim().split('\n').at(-1) ?? '';
    });
    child.on('error', (error) => {
      complaint = error.message;
    });
    child.stdin.on('error', () => undefined);
    const contestant = new Contestant(name, child, createInterface({ input: child.stdout }));
    const { value } = await contestant.#lines.next();
    if (value === 'ready') return contestant;
    process.stdout.write(`${name} is absent: ${complaint}\n`);
    return undefined;
  }

  /** One step on a mini-batch of this many tokens, the case's own if left out. */
  async step(tokens?: number): Promise<StepMeasure> {
    this.#process.stdin.write(`${tokens ?? ''}\n`);
    const { value } = await this.#lines.next();
    const [forwardMs, backwardMs, peakMegabytes, processorMs] = String(value).split(' ').map(Number);
    if (!Number.isFinite(processorMs)) throw new Error(`${this.name} stopped`);
    return { forwardMs, backwardMs, peakMegabytes, processorMs };
  }

  stop(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }
}
