import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { AirtuneError, EXIT_CODES } from '#shared/errors.ts';
import { printable } from '#shared/printable.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';
import { commandsFor } from './commands/command-table.ts';
import { printWidth } from './print/width.ts';
import type { Terminal } from './terminal.ts';

/**
 * Executes a command line on a terminal, and returns its exit status. An error is printed as one line.
 * Of the process only the growth of its heap is changed, by `run`. So a process can execute several command
 * lines, also at the same time.
 *
 * @param args The command and its options, without the program.
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const output = outputOf(terminal);
  const program = new Command('airtune')
    .description('federated LoRA fine-tuning over a wireless network, as a serverless system')
    .version(AIRTUNE_VERSION, '--version', 'print the version')
    .option('--verbose', 'show what happens inside, and where an error came from')
    .option('--quiet', 'print neither progress nor notices')
    .exitOverride()
    .configureOutput(output);
  try {
    for (const command of await commandsFor(args, terminal)) {
      program.addCommand(command.exitOverride().configureOutput(output));
    }
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, terminal, program.opts<{ verbose?: boolean }>().verbose ?? false);
  }
}

/** Commander's output. Its errors are printed as airtune's own: one line, with the likely name at its end. */
function outputOf({ stdout, stderr }: Terminal) {
  return {
    writeOut: (text: string): void => {
      stdout.write(text);
    },
    writeErr: (text: string): void => {
      stderr.write(text);
    },
    getOutHelpWidth: () => printWidth(stdout, {}),
    getErrHelpWidth: () => printWidth(stderr, {}),
    outputError: (text: string, write: (line: string) => void): void =>
      write(text.replace(/^error: /, 'airtune: ').replace(/\n\((Did you mean .+\?)\)\n$/, '. $1\n')),
  };
}

/** Prints an error as one line, and returns the exit status of its kind. */
function report(error: unknown, { stderr }: Terminal, verbose: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has already printed the error or the help.
    return error.exitCode === 0 ? 0 : EXIT_CODES.config;
  }
  const known = error instanceof AirtuneError;
  const line = known
    ? error.line
    : `internal error (please report): ${error instanceof Error ? error.message : String(error)}`;
  stderr.write(`airtune: ${printable(line)}\n`);
  if (verbose) stderr.write(`${inspect(error)}\n`);
  return known ? error.exitCode : 1;
}
