import { join } from 'node:path';
import { Command } from 'commander';
import { presetsHelp } from '#cli/help/help-text.ts';
import { settingsHelpOption } from '#cli/help/settings-help.ts';
import { interruption } from '#cli/options/interruption.ts';
import { placeOption } from '#cli/options/place-option.ts';
import { traceRoundsOption } from '#cli/options/trace-rounds-option.ts';
import { outputOptions, progressOutput } from '#cli/output-options.ts';
import { noticesOf, warning } from '#cli/print/notice.ts';
import { progressLines } from '#cli/print/progress-lines.ts';
import { endedBy, startWatch, type Watch } from '#cli/print/watch.ts';
import { printWidth } from '#cli/print/width.ts';
import { planObservers } from '#cli/run/run-observers.ts';
import { openRun, type RunOptions, type RunSurroundings } from '#cli/run/run-request.ts';
import { summaryRecord, summaryTable } from '#cli/run/summary-table.ts';
import { TerminalProgress } from '#cli/run/terminal-progress.ts';
import { settingOptions } from '#cli/settings/setting-options.ts';
import type { Terminal } from '#cli/terminal.ts';
import { collectLessOften } from '#functions/encoder/heap-growth.ts';
import { REPORT_FILE } from '#report/write-report.ts';
import { beginRun, executeRun } from '#run/execute/execute-run.ts';
import type { RunObserver } from '#run/follow/run-observer.ts';
import type { RunHost } from '#run/hosts/run-host.ts';
import { embeddedRunSchema } from '#run/settings/embedded-run-schema.ts';
import { PRESETS } from '#run/settings/presets.ts';
import type { RoundList } from '#shared/protocol/round-list.ts';

interface RunCommandOptions extends RunOptions {
  readonly json?: boolean;
}

/** `airtune run`: does a federated fine-tuning run and writes its output folder. */
export function runCommand(terminal: Terminal): Command {
  const command = new Command('run');
  return settingsHelpOption(settingOptions(command), embeddedRunSchema, terminal)
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
    .option('--threads <n>', 'processor threads of the encoder; all where it is left out')
    .option('--detach', 'with --target aws: start the run and leave it to the deployment')
    .addOption(traceRoundsOption())
    .option('--watch', 'serve a page on this machine that follows the run, and print its address')
    .addOption(
      placeOption('--tensorboard <dir>', 'write the curves there as the run goes on, for TensorBoard'),
    )
    .addOption(
      placeOption(
        '--otlp [url]',
        'send each round as a trace, with metrics, to an OpenTelemetry collector (OTLP over HTTP)',
      ),
    )
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', presetsHelp(PRESETS))
    .action(async (options: RunCommandOptions, command: Command) => {
      const signal = interruption(terminal);
      const output = outputOptions(command);
      const { verbose } = output;
      const log = (line: string): void => {
        if (verbose) noticesOf(terminal)(line);
      };
      const shown = progressOutput(output, terminal);
      const progress = new TerminalProgress(progressLines(shown, terminal.env));
      const notice = (text: string): unknown => shown.write(text);
      try {
        terminal.stdout.write(
          `${await run(options, terminal, { log, notice, progress, signal, environment: terminal.env })}\n`,
        );
      } finally {
        progress.end();
      }
    });
}

/** Executes a run, and returns the summary to print. */
async function run(
  options: RunCommandOptions,
  terminal: Terminal,
  surroundings: RunSurroundings,
): Promise<string> {
  collectLessOften();
  const { log, progress } = surroundings;
  const observersOf = await planObservers(options, terminal.env, Date.now());
  const request = await openRun(options, surroundings);
  const { host, output } = request;
  const watch = await startWatch(options.watch, 'airtune run', (line) => progress.note(line));
  try {
    if (options.detach) {
      await beginRun(request);
      return detachedLines(request.run, output.directory);
    }
    const summary = await executeRun({
      ...request,
      observers: [
        ...observersOf(output, (line) => progress.note(line)),
        ...(options.watch === true ? [await liveRun(host.target, options.traceRounds ?? [], watch)] : []),
      ],
      listener: (name, fields) => {
        if (host.virtualTime) log(JSON.stringify({ event: name, ...fields }));
        if (name === 'message-failed' && fields.permanent === true) {
          terminal.stderr.write(warning(`a message for the ${fields.function} failed: ${fields.reason}`));
        }
      },
    });
    if (options.watch === true) await endWatch(watch, output.directory);
    progress.end();
    for (const text of summary.control.warnings) terminal.stderr.write(warning(text));
    return options.json
      ? JSON.stringify(summaryRecord(summary))
      : summaryTable(summary, printWidth(terminal.stdout, terminal.env));
  } catch (error) {
    await watch.end(endedBy(error));
    throw error;
  } finally {
    await host.close();
    await output.release();
  }
}

/** Shows the run on its page from now on. The code of the page is loaded only when it is served. */
async function liveRun(
  target: RunHost['target'],
  traceRounds: RoundList,
  watch: Watch,
): Promise<RunObserver> {
  const { LiveRun } = await import('#run/report/live-run.ts');
  return new LiveRun(target, traceRounds, (content) => watch.show(content));
}

/** Shows the report of the finished run, which has more than that of the running one. */
async function endWatch(watch: Watch, directory: string): Promise<void> {
  const { readReportedRun } = await import('#run/report/read-reported-run.ts');
  const { runContent } = await import('#run/report/run-content.ts');
  const run = await readReportedRun(directory);
  if (run !== undefined) watch.show(() => runContent(run));
  await watch.end(`The run has finished; ${join(directory, REPORT_FILE)} keeps this report.`);
}

function detachedLines(run: string, directory: string): string {
  return [
    `${run} goes on by itself.`,
    `  how far it is    airtune status ${run}`,
    `  stop it          airtune stop ${run}`,
    `  its results      airtune run --resume ${directory}`,
  ].join('\n');
}
