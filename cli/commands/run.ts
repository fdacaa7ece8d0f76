import { Command } from 'commander';
import { presetsHelp } from '#cli/help/help-text.ts';
import { settingsHelpOption } from '#cli/help/settings-help.ts';
import { outputOptions, progressOutput } from '#cli/output-options.ts';
import { openRun, type RunOptions } from '#cli/run/run-request.ts';
import { summaryRecord, summaryTable } from '#cli/run/summary-table.ts';
import { TerminalProgress } from '#cli/run/terminal-progress.ts';
import { PRESETS } from '#cli/settings/presets.ts';
import { settingOptions } from '#cli/settings/setting-options.ts';
import { beginRun, executeRun } from '#run/execute/execute-run.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';

/** `airtune run`: a federated fine-tuning run, from settings to its output folder. */
export function runCommand(): Command {
  const command = new Command('run').description(
    'run a federated fine-tuning; without options the built-in quick start on synthetic data',
  );
  return settingsHelpOption(settingOptions(command), runConfigSchema)
    .option('--out <dir>', 'output folder, new or empty; a new one below out/ by default')
    .option('--resume <dir>', 'go on with the interrupted run in this folder')
    .option('--target <name>', 'embedded (virtual cloud in this process) or aws', 'embedded')
    .option('--endpoint <url>', 'with --target aws: a bare endpoint that speaks SQS and S3, no deployment')
    .option('--deployment <name>', 'with --target aws: the name it was deployed with')
    .option('--region <name>', 'with --target aws: the region')
    .option('--detach', 'with --target aws: start the run and leave it to the deployment')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', presetsHelp(PRESETS))
    .action(async (options: RunOptions & { readonly json?: boolean }, command: Command) => {
      const output = outputOptions(command);
      const { verbose } = output;
      const log = (line: string): void => {
        if (verbose) process.stderr.write(`${line}\n`);
      };
      const request = await openRun(options, log, (text) => progressOutput(output).write(text));
      try {
        if (options.detach) {
          await beginRun(request);
          process.stdout.write(`${detachedLines(request.run, request.output.directory)}\n`);
          return;
        }
        const summary = await executeRun({
          ...request,
          createProgress: (rounds) => new TerminalProgress(progressOutput(output), rounds),
          signal: interruption(),
          listener: (name, fields) => {
            if (request.host.virtualTime) log(JSON.stringify({ event: name, ...fields }));
            if (name === 'message-failed' && fields.permanent === true) {
              process.stderr.write(
                `airtune: warning: a message for the ${fields.function} failed: ${fields.reason}\n`,
              );
            }
          },
        });
        process.stdout.write(
          `${options.json ? JSON.stringify(summaryRecord(summary)) : summaryTable(summary)}\n`,
        );
        for (const warning of summary.control.warnings) {
          process.stderr.write(`airtune: warning: ${warning}\n`);
        }
      } finally {
        await request.host.close();
      }
    });
}

function detachedLines(run: string, directory: string): string {
  return [
    `${run} goes on by itself.`,
    `  how far it is    airtune status ${run}`,
    `  stop it          airtune stop ${run}`,
    `  its results      airtune run --resume ${directory}`,
  ].join('\n');
}

/** Aborts at the first Ctrl-C or request to end; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
