import type { Environment } from '#shared/environment.ts';

/**
 * The parts of a process that a command uses: its streams, environment and interruption. `process` has all of
 * them; a test that calls a command in its own process gives others.
 */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly env: Environment;
  /** The channel to the airtune process that started this one; undefined without one. */
  readonly channel?: { unref(): void } | undefined;
  /** Whether that channel is open; undefined for a process that was started without one. */
  readonly connected?: boolean;
  /** Calls the listener at the first such signal, or when the channel closes. */
  once(event: 'SIGINT' | 'SIGTERM' | 'disconnect', listener: () => void): unknown;
}

export interface TextOutput {
  readonly isTTY?: boolean;
  /** Width of the terminal; undefined for other streams. */
  readonly columns?: number;
  write(text: string): unknown;
}
