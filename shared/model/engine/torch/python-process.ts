import * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import type { WritableTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { PythonChannel, type Reply } from './python-channel.ts';
import { SharedMemory } from './shared-memory.ts';
import type { TorchProvider } from './torch-providers.ts';

/** Version of the requests and replies; `python/airtune_torch/__init__.py` has the same. */
const PROTOCOL_VERSION = 2;

/** Time for an interpreter to import PyTorch and transformers and to open the device [s]. */
const START_SECONDS = 300;

/** Time for one request, the largest batch or a group of weights [s]. */
const CALL_SECONDS = 900;

export interface PythonOptions {
  /** The interpreter; AIRTUNE_PYTHON, else `python3`, by default. */
  readonly python?: string | undefined;
  readonly provider: TorchProvider | 'auto';
  /** Threads on a processor, PyTorch's choice by default. */
  readonly threads?: number | undefined;
  /** Whether kernels that give other bits from call to call are avoided. */
  readonly deterministic: boolean;
  /** Whether large requests go through shared memory where the system has it; true by default. */
  readonly sharesMemory?: boolean | undefined;
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

const NO_TENSORS: ReadonlyMap<string, WritableTensor> = new Map();

/**
 * A Python process that runs models with PyTorch. Requests are answered in order. It ends when this process
 * does, because its standard input ends then.
 */
export class PythonProcess {
  readonly hello: PythonHello;
  readonly #channel: PythonChannel;

  private constructor(channel: PythonChannel, hello: PythonHello) {
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
    const memory = options.sharesMemory === false ? undefined : SharedMemory.open();
    const channel = new PythonChannel(command, `Python ${command}`, memory);
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
