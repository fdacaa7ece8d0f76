#!/usr/bin/env node
import { Command } from 'commander';
import { AirtuneError } from '../shared/errors.ts';
import { channelCommand } from './commands/channel.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { runCommand } from './commands/run.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { workerCommand } from './commands/worker.ts';

const program = new Command('airtune')
  .description('federated LoRA fine-tuning over a wireless network, as a serverless system')
  .option('--verbose', 'show what happens inside, and where an error came from')
  .addCommand(runCommand())
  .addCommand(exportCommand())
  .addCommand(scheduleCommand())
  .addCommand(channelCommand())
  .addCommand(deadLettersCommand())
  .addCommand(statusCommand())
  .addCommand(stopCommand())
  .addCommand(workerCommand())
  .addCommand(doctorCommand());

try {
  await program.parseAsync();
} catch (error) {
  report(error, program.opts<{ verbose?: boolean }>().verbose ?? false);
}

/** One clear line for a person, and an exit status that says which kind of error it was. */
function report(error: unknown, verbose: boolean): void {
  const known = error instanceof AirtuneError;
  const line = known
    ? error.line
    : `a defect in airtune: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`airtune: ${line}\n`);
  if (verbose) console.error(error);
  process.exitCode = known ? error.exitCode : 1;
}
