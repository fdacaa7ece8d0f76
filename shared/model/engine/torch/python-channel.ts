import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { StoredTensors, WritableTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { decodeFrame, FrameReader, frameBody, frameHead, type ReceivedFrame } from './frames.ts';
import { endedError, faultError, faultSchema } from './process-fault.ts';
import type { SharedMemory } from './shared-memory.ts';

/** Folder of airtune's packages for Python. */
const PYTHON_FOLDER = fileURLToPath(new URL('../../../../python', import.meta.url));

/** Bytes from which a request goes through the shared memory; a pipe of Linux holds 64 KiB. */
const SHARED_BYTES = 64 * 1024;

/** Descriptor of the shared memory in the other process: the first after its three streams. */
const SHARED_DESCRIPTOR = 3;

/** Time for a process to end by itself once its input has ended [ms]. */
const END_MS = 1000;

/** Characters of standard error that an error may quote. */
const QUOTED_CHARACTERS = 300;

export interface Reply {
  readonly message: unknown;
  readonly tensors: StoredTensors;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
  /** The request's slot in the shared memory, if it has one. */
  readonly slot: number | undefined;
}

/** The streams of the process; `spawn` has no type for a fourth descriptor. */
interface Streams {
  readonly input: Writable;
  readonly output: Readable;
  readonly errors: Readable;
}

/**
 * The pipes and the shared memory to a Python process, and the requests that wait for its replies. Requests
 * are sent and answered in order.
 */
export class PythonChannel {
  readonly subject: string;
  /** Why the process no longer answers; undefined while it does. */
  ended: string | undefined;
  readonly #memory: SharedMemory | undefined;
  readonly #child: ChildProcess;
  readonly #streams: Streams;
  readonly #closed: Promise<void>;
  readonly #waiting: Waiting[] = [];
  /** Settles when every request so far is sent. */
  #sending: Promise<void> = Promise.resolve();
  #lastLine = '';

  /** @param memory For large bodies; without it all of them go through the pipes. It is closed at the end. */
  constructor(command: string, subject: string, memory: SharedMemory | undefined) {
    this.subject = subject;
    this.#memory = memory;
    this.#child = spawn(
      command,
      ['-m', 'airtune_torch', ...(memory === undefined ? [] : [String(SHARED_DESCRIPTOR)])],
      {
        stdio: ['pipe', 'pipe', 'pipe', ...(memory === undefined ? [] : [memory.descriptor])],
        env: environment(),
      },
    );
    this.#streams = streamsOf(this.#child);
    const { input, output, errors } = this.#streams;
    const reader = new FrameReader();
    output.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) this.#settle(frame);
    });
    errors.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${this.#lastLine}${text}`.split('\n').filter((line) => line.trim() !== '');
      this.#lastLine = (lines.at(-1) ?? '').slice(-QUOTED_CHARACTERS);
    });
    // A process that has ended no longer reads; its end is reported below.
    input.on('error', () => {});
    this.#closed = new Promise<void>((resolve) => {
      this.#child.on('error', (error) => {
        this.#end(`cannot be started: ${error.message}`);
        resolve();
      });
      this.#child.on('close', (code, signal) => {
        const line = this.#lastLine === '' ? '' : `: ${this.#lastLine.trim()}`;
        this.#end(`ended with ${signal ?? `code ${code}`}${line}`);
        resolve();
      });
    }).then(async () => {
      await this.#sending;
      this.#memory?.close();
    });
  }

  ask(message: unknown, tensors: ReadonlyMap<string, WritableTensor>, limitSeconds: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) {
        reject(endedError(this.subject, this.ended));
        return;
      }
      const body = frameBody(message, tensors);
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        this.#end(`did not answer within ${limitSeconds} s`);
      }, limitSeconds * 1000);
      const slot = this.#memory?.take();
      this.#waiting.push({ resolve, reject, timer, slot });
      this.#sending = this.#sending.then(() => this.#send(body, slot));
    });
  }

  async close(): Promise<void> {
    await this.#sending;
    this.#streams.input.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.#closed;
    clearTimeout(timer);
  }

  async #send(body: readonly Uint8Array[], slot: number | undefined): Promise<void> {
    if (this.ended !== undefined) return;
    const { input } = this.#streams;
    const bytes = body.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const isShared =
      bytes >= SHARED_BYTES && slot !== undefined && (await this.#memory?.write(slot, body)) === true;
    input.write(frameHead(bytes, slot, isShared));
    if (!isShared) input.write(Buffer.concat(body));
  }

  #settle(frame: ReceivedFrame): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    try {
      const reply = decodeFrame(this.#bodyOf(frame, waiting));
      const { data } = faultSchema.safeParse(reply.message);
      if (data === undefined) waiting.resolve(reply);
      else waiting.reject(faultError(data.fault, this.subject));
    } catch (error) {
      waiting.reject(error);
    }
  }

  /** The body of a reply; its request's slot is free afterwards. */
  #bodyOf(frame: ReceivedFrame, { slot }: Waiting): Uint8Array {
    const memory = this.#memory;
    if (memory === undefined || slot === undefined) {
      if ('body' in frame) return frame.body;
      throw new TypeError('a reply in memory that is not shared');
    }
    const body = 'body' in frame ? frame.body : memory.read(slot, frame.sharedBytes);
    memory.give(slot);
    return body;
  }

  #end(reason: string): void {
    this.ended ??= reason;
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(endedError(this.subject, this.ended));
    }
  }
}

function streamsOf({ stdin, stdout, stderr }: ChildProcess): Streams {
  if (stdin === null || stdout === null || stderr === null) throw new TypeError('a process without streams');
  return { input: stdin, output: stdout, errors: stderr };
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
