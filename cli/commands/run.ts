import { Command } from 'commander';
import { interruption } from '#cli/options/interruption.ts';
import { placeOption } from '#cli/options/place-option.ts';
import { printNotice, warning } from '#cli/print/notice.ts';
import { openRun, type RunOptions } from '#cli/run/run-request.ts';
import { summaryTable } from '#cli/run/summary-table.ts';
import { TerminalProgress } from '#cli/run/terminal-progress.ts';
import { PRESETS } from '#cli/settings/presets.ts';
import { settingOptions } from '#cli/settings/setting-options.ts';
import { settingsHelp } from '#cli/settings/settings-help.ts';
import { beginRun, executeRun } from '#run/execute/execute-run.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';

/** `airtune run`: a federated fine-tuning run, from settings to its output folder. */
export function runCommand(): Command {
  const command = new Command('run').description(
    'run a federated fine-tuning; without options the built-in quick start on synthetic data',
  );
  return settingOptions(command)
    .addOption(placeOption('--out <dir>', 'output folder, new or empty; a new one below out/ by default'))
    .addOption(placeOption('--resume <dir>', 'go on with the interrupted run in this folder'))
    .option('--target <name>', 'embedded (virtual cloud in this process) or aws', 'embedded')
    .addOption(
      placeOption(
        '--endpoint <url>',
        'with --target aws: a bare endpoint that speaks SQS and S3, no deployment',
      ),
    )
    .addOption(placeOption('--deployment <name>', 'with --target aws: the name it was deployed with'))
    .addOption(placeOption('--region <name>', 'with --target aws: the region'))
    .option('--detach', 'with --target aws: start the run and leave it to the deployment')
    .addHelpText('after', help)
    .action(async (options: RunOptions, command: Command) => {
      const { verbose } = command.optsWithGlobals<{ verbose?: boolean }>();
      const log = (line: string): void => {
        if (verbose) printNotice(line);
      };
      const request = await openRun(options, log);
      try {
        if (options.detach) {
          await beginRun(request);
          process.stdout.write(`${detachedLines(request.run, request.output.directory)}\n`);
          return;
        }
        const summary = await executeRun({
          ...request,
          createProgress: (rounds) => new TerminalProgress(process.stderr, rounds),
          signal: interruption(),
          listener: (name, fields) => {
            if (request.host.virtualTime) log(JSON.stringify({ event: name, ...fields }));
            if (name === 'message-failed' && fields.permanent === true) {
              process.stderr.write(warning(`a message for the ${fields.function} failed: ${fields.reason}`));
            }
          },
        });
        process.stdout.write(`${summaryTable(summary)}\n`);
      } finally {
        await request.host.close();
        await request.output.release();
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

function help(): string {
  const presets = Object.entries(PRESETS).map(([name, { description }]) => `  ${name}\n      ${description}`);
  return `${settingsHelp(runConfigSchema)}\nPresets:\n${presets.join('\n')}\n`;
}
