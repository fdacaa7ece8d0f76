import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import type { StoredTensors, WritableTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { decodeFrame, encodeFrame, FrameReader } from './frames.ts';
import { endedError, faultError, faultSchema } from './process-fault.ts';
import type { TorchProvider } from './torch-providers.ts';

/** Version of the requests and replies; `python/airtune_torch/__init__.py` has the same. */
const PROTOCOL_VERSION = 1;

/** Folder of airtune's packages for Python. */
const PYTHON_FOLDER = fileURLToPath(new URL('../../../../python', import.meta.url));

/** Time for an interpreter to import PyTorch and transformers and to open the device [s]. */
const START_SECONDS = 300;

/** Time for one request, the largest batch or a group of weights [s]. */
const CALL_SECONDS = 900;

/** Time for a process to end by itself once its input has ended [ms]. */
const END_MS = 1000;

/** Characters of standard error that an error may quote. */
const QUOTED_CHARACTERS = 300;

export interface PythonOptions {
  /** The interpreter; AIRTUNE_PYTHON, else `python3`, by default. */
  readonly python?: string | undefined;
  readonly provider: TorchProvider | 'auto';
  /** Threads on a processor, PyTorch's choice by default. */
  readonly threads?: number | undefined;
  /** Whether kernels that give other bits from call to call are avoided. */
  readonly deterministic: boolean;
}

const helloSchema = z.object({
  protocol: z.int(),
  process: z.int(),
  backend: z.string(),
  name: z.string(),
  torch: z.string(),
  transformers: z.string(),
  python: z.string(),
});

/** The description that a process sends of itself. */
export type PythonHello = z.infer<typeof helloSchema>;

export interface Reply {
  readonly message: unknown;
  readonly tensors: StoredTensors;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

const NO_TENSORS: ReadonlyMap<string, WritableTensor> = new Map();

/**
 * A Python process that runs models with PyTorch. Requests are answered in order. It ends when this process
 * does, because its standard input ends then.
 */
export class PythonProcess {
  readonly hello: PythonHello;
  readonly #channel: Channel;

  private constructor(channel: Channel, hello: PythonHello) {
    this.#channel = channel;
    this.hello = hello;
  }

  /**
   * Starts an interpreter and opens its device.
   *
   * @throws {@link ConfigError} when there is no such interpreter, a package is missing or too old, or the
   *   device is not there
   */
  static async start(options: PythonOptions): Promise<PythonProcess> {
    const command = pythonCommand(options.python);
    const channel = new Channel(command, `Python ${command}`);
    try {
      const { provider, threads, deterministic } = options;
      const hello = { call: 'hello', device: provider, threads, deterministic };
      const { message } = await channel.ask(hello, NO_TENSORS, START_SECONDS);
      const parsed = helloSchema.parse(message);
      if (parsed.protocol !== PROTOCOL_VERSION) {
        throw new ConfigError(`has airtune_torch of protocol ${parsed.protocol}, not ${PROTOCOL_VERSION}.`, {
          subject: channel.subject,
          remedy: 'Take the module airtune_torch that belongs to this airtune out of PYTHONPATH.',
        });
      }
      return new PythonProcess(channel, parsed);
    } catch (error) {
      const { ended } = channel;
      await channel.close();
      // Before it has answered once, an end is a matter of the interpreter and not of a message.
      if (ended === undefined) throw error;
      throw new ConfigError(`cannot run the torch engine: it ${ended}.`, {
        subject: channel.subject,
        remedy: 'Name another interpreter in server.python or AIRTUNE_PYTHON; airtune doctor checks it.',
        cause: error,
      });
    }
  }

  /** Whether the process no longer answers. */
  get hasEnded(): boolean {
    return this.#channel.ended !== undefined;
  }

  /**
   * Sends a request and waits for its reply.
   *
   * @throws the fault that the process reports; {@link ServiceError}, for another receive, when it ends
   */
  ask(message: unknown, tensors: ReadonlyMap<string, WritableTensor> = NO_TENSORS): Promise<Reply> {
    return this.#channel.ask(message, tensors, CALL_SECONDS);
  }

  close(): Promise<void> {
    return this.#channel.close();
  }
}

/** The interpreter that a setting names. */
export function pythonCommand(python: string | undefined): string {
  const { AIRTUNE_PYTHON = '' } = process.env;
  return python ?? (AIRTUNE_PYTHON === '' ? 'python3' : AIRTUNE_PYTHON);
}

/** The pipes to a process, and the requests that wait for its replies. */
class Channel {
  readonly subject: string;
  /** Why the process no longer answers; undefined while it does. */
  ended: string | undefined;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #closed: Promise<void>;
  readonly #waiting: Waiting[] = [];
  #lastLine = '';

  constructor(command: string, subject: string) {
    this.subject = subject;
    this.#child = spawn(command, ['-m', 'airtune_torch'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: environment(),
    });
    const reader = new FrameReader();
    this.#child.stdout.on('data', (chunk: Buffer) => {
      for (const body of reader.push(chunk)) this.#settle(body);
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${this.#lastLine}${text}`.split('\n').filter((line) => line.trim() !== '');
      this.#lastLine = (lines.at(-1) ?? '').slice(-QUOTED_CHARACTERS);
    });
    // A process that has ended no longer reads; its end is reported below.
    this.#child.stdin.on('error', () => {});
    this.#closed = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#end(`cannot be started: ${error.message}`);
        resolve();
      });
      this.#child.on('close', (code, signal) => {
        const line = this.#lastLine === '' ? '' : `: ${this.#lastLine.trim()}`;
        this.#end(`ended with ${signal ?? `code ${code}`}${line}`);
        resolve();
      });
    });
  }

  ask(message: unknown, tensors: ReadonlyMap<string, WritableTensor>, limitSeconds: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) {
        reject(endedError(this.subject, this.ended));
        return;
      }
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        this.#end(`did not answer within ${limitSeconds} s`);
      }, limitSeconds * 1000);
      this.#waiting.push({ resolve, reject, timer });
      for (const part of encodeFrame(message, tensors)) this.#child.stdin.write(part);
    });
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.#closed;
    clearTimeout(timer);
  }

  #settle(body: Uint8Array): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    try {
      const reply = decodeFrame(body);
      const { data } = faultSchema.safeParse(reply.message);
      if (data === undefined) waiting.resolve(reply);
      else waiting.reject(faultError(data.fault, this.subject));
    } catch (error) {
      waiting.reject(error);
    }
  }

  #end(reason: string): void {
    this.ended ??= reason;
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(endedError(this.subject, this.ended));
    }
  }
}

/** The environment of an interpreter, in which it finds airtune_torch. */
function environment(): NodeJS.ProcessEnv {
  const { PYTHONPATH = '' } = process.env;
  const paths = [PYTHON_FOLDER, ...PYTHONPATH.split(delimiter).filter((path) => path !== '')];
  return {
    ...process.env,
    PYTHONPATH: paths.join(delimiter),
    // Lets CUDA's library for products keep to kernels that always give the same bits.
    CUBLAS_WORKSPACE_CONFIG: ':4096:8',
  };
}
