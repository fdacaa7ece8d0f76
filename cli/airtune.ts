#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { AirtuneError, EXIT_CODES } from '#shared/errors.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';
import { commandsFor } from './commands/command-table.ts';

const program = new Command('airtune')
  .description('federated LoRA fine-tuning over a wireless network, as a serverless system')
  .version(AIRTUNE_VERSION, '--version', 'print the version')
  .option('--verbose', 'show what happens inside, and where an error came from')
  .option('--quiet', 'print neither progress nor notices')
  .exitOverride();

// A reader that has seen enough, as in `| head`, is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// A terminal that is gone must not end a run: what would be shown is dropped, and files and exit status tell the rest.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  for (const command of await commandsFor(process.argv.slice(2))) program.addCommand(command.exitOverride());
  await program.parseAsync();
} catch (error) {
  report(error, program.opts<{ verbose?: boolean }>().verbose ?? false);
}

/** One clear line for a person, and an exit status that says which kind of error it was. */
function report(error: unknown, verbose: boolean): void {
  if (error instanceof CommanderError) {
    // What is wrong with an option, or the help, has been printed already.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.config;
    return;
  }
  const known = error instanceof AirtuneError;
  const line = known
    ? error.line
    : `a defect in airtune: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`airtune: ${line}\n`);
  if (verbose) console.error(error);
  process.exitCode = known ? error.exitCode : 1;
}
