#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { AirtuneError, EXIT_CODES, InterruptedError } from '#shared/errors.ts';
import { printable } from '#shared/printable.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';
import { commandsFor } from './commands/command-table.ts';

/** Prints commander's errors as airtune's own are printed: one line, with the likely name at its end. */
const OUTPUT = {
  outputError: (text: string, write: (line: string) => void): void =>
    write(text.replace(/^error: /, 'airtune: ').replace(/\n\((Did you mean .+\?)\)\n$/, '. $1\n')),
};

const program = new Command('airtune')
  .description('federated LoRA fine-tuning over a wireless network, as a serverless system')
  .version(AIRTUNE_VERSION, '--version', 'print the version')
  .option('--verbose', 'show what happens inside, and where an error came from')
  .option('--quiet', 'print neither progress nor notices')
  .exitOverride()
  .configureOutput(OUTPUT);

// A reader of standard output that closes early, as in `| head`, is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// The reader of progress and warnings may close early, as in `2>&1 | head -1`. The command continues.
process.stderr.on('error', () => {});

try {
  for (const command of await commandsFor(process.argv.slice(2))) {
    program.addCommand(command.exitOverride().configureOutput(OUTPUT));
  }
  await program.parseAsync();
} catch (error) {
  report(error, program.opts<{ verbose?: boolean }>().verbose ?? false);
}

/** Prints an error as one line and sets the exit status of its kind. */
function report(error: unknown, verbose: boolean): void {
  if (error instanceof CommanderError) {
    // Commander has already printed the error or the help.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.config;
    return;
  }
  const known = error instanceof AirtuneError;
  const line = known
    ? error.line
    : `internal error (please report): ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`airtune: ${printable(line)}\n`);
  if (verbose) console.error(error);
  process.exitCode = known ? error.exitCode : 1;
  // Ends the process now: an abandoned step would keep it alive until the step ends.
  if (error instanceof InterruptedError) process.exit();
}
