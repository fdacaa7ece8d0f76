import { expect } from 'vitest';
import { main } from '#cli/main.ts';
import { TestTerminal } from './test-terminal.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Variables of this process during the call. Calls with variables do not overlap. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder of this process during the call. Calls with a folder do not overlap. */
  readonly cwd?: string;
  readonly input?: string;
  /** Called with all error output so far whenever there is more. */
  readonly onErrorOutput?: (stderr: string) => void;
  /** Interrupts the command, as SIGINT does, as soon as the error output matches. */
  readonly interruptWhen?: RegExp;
}

/**
 * Calls the command line in this process: the parser, the commands, the output and the exit status are those
 * of the program.
 */
export async function airtune(
  args: readonly string[],
  { cwd, env = {}, input, onErrorOutput, interruptWhen }: CommandOptions = {},
): Promise<CommandResult> {
  const before = {
    cwd: process.cwd(),
    env: Object.keys(env).map((name) => [name, process.env[name]] as const),
  };
  if (cwd !== undefined) process.chdir(cwd);
  Object.assign(process.env, env);
  try {
    const terminal = new TestTerminal({
      ...(input === undefined ? {} : { input }),
      onErrorOutput: (stderr) => {
        onErrorOutput?.(stderr);
        if (interruptWhen?.test(stderr)) terminal.interrupt();
      },
    });
    const exitCode = await main(args, terminal);
    return { exitCode, ...terminal.printed };
  } finally {
    if (cwd !== undefined) process.chdir(before.cwd);
    for (const [name, value] of before.env) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** Calls the command line, expects success, and returns the standard output. */
export async function succeed(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await airtune(args);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}
