import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { Terminal } from '#cli/terminal.ts';
import type { Environment } from '#shared/environment.ts';

export interface TestTerminalOptions {
  /** Content of standard input. */
  readonly input?: string;
  /** Called with all error output so far whenever there is more. */
  readonly onErrorOutput?: (stderr: string) => void;
}

/** A terminal that keeps what a command prints. It is not a screen: progress is plain lines. */
export class TestTerminal implements Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Environment = process.env;
  readonly #printed = { stdout: '', stderr: '' };
  readonly #signals = new EventEmitter();

  constructor({ input = '', onErrorOutput }: TestTerminalOptions = {}) {
    this.stdin = Readable.from([Buffer.from(input)]);
    this.stdout = { write: (text) => (this.#printed.stdout += text) };
    this.stderr = {
      write: (text) => {
        this.#printed.stderr += text;
        onErrorOutput?.(this.#printed.stderr);
      },
    };
  }

  /** Everything that was printed so far. */
  get printed(): { readonly stdout: string; readonly stderr: string } {
    return { ...this.#printed };
  }

  once(event: 'SIGINT' | 'SIGTERM' | 'disconnect', listener: () => void): void {
    this.#signals.once(event, listener);
  }

  /** Interrupts the command, as Ctrl-C does. */
  interrupt(): void {
    this.#signals.emit('SIGINT');
  }
}
