import { join } from 'node:path';
import { Command } from 'commander';
import { presetsHelp } from '#cli/help/help-text.ts';
import { settingsHelpOption } from '#cli/help/settings-help.ts';
import { interruption } from '#cli/options/interruption.ts';
import { placeOption, placesOption } from '#cli/options/place-option.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import { traceRoundsOption } from '#cli/options/trace-rounds-option.ts';
import { outputOptions, progressOutput } from '#cli/output-options.ts';
import { warning } from '#cli/print/notice.ts';
import { progressLines } from '#cli/print/progress-lines.ts';
import { endedBy, startWatch } from '#cli/print/watch.ts';
import { printWidth } from '#cli/print/width.ts';
import { traceNotice } from '#cli/settings/channel-trace.ts';
import { unusedNotice } from '#cli/settings/unused-notice.ts';
import { compareWithRun } from '#cli/study/compare-with-run.ts';
import { controlTable } from '#cli/study/control-table.ts';
import { learningWarnings } from '#cli/study/read-learning-curve.ts';
import {
  refuseWithoutEffect,
  resolveStudy,
  type StudyOptions,
  threadCount,
} from '#cli/study/study-options.ts';
import { StudyBar } from '#cli/study/study-progress.ts';
import { studyTable } from '#cli/study/study-table.ts';
import type { Terminal, TextOutput } from '#cli/terminal.ts';
import { REPORT_FILE } from '#report/write-report.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { valueAt } from '#shared/config/merge-settings.ts';
import { type StudyPlan, USUAL_WARM_UP_ROUNDS } from '#study/output/study-plan.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { makePoints } from '#study/points/points.ts';
import { STUDY_PRESETS } from '#study/presets.ts';
import { pointWarnings } from '#study/report/point-warnings.ts';
import { executeStudy, requireIntendedSize } from '#study/run/execute-study.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { contentSoFar } from '#study/run/write-results.ts';
import { studySchema } from '#study/settings/study-schema.ts';

interface StudyCommandOptions extends StudyOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** `airtune study`: models the time by stage and the cost of rounds, for up to a million devices. */
export function studyCommand(terminal: Terminal): Command {
  const command = new Command('study');
  return settingsHelpOption(command, studySchema, terminal)
    .option('--preset <name>', 'a study worth running, to start from')
    .addOption(
      placeOption(
        '--model <dir>',
        'Hugging Face model directory or hub name, to take the sizes of the encoder from',
      ),
    )
    .option('--devices <n>', 'number of devices, to 1000000')
    .option('--rounds <n>', 'number of rounds')
    .option('--policy <a,b,...>', 'scheduling policies to compare; ./mine.ts is one of your own')
    .option('--sweep <path=v1,v2,...>', 'vary a setting; may be given several times', repeatable)
    .option('--sweep-mode <mode>', 'grid: every combination; list: first with first, second with second')
    .option('--repeat <n>', 'runs of each point with seeds of their own, for confidence intervals')
    .option(
      '--warm-up <n>',
      `rounds at the start that figures of the steady state exclude (default: ${USUAL_WARM_UP_ROUNDS})`,
    )
    .option('--seed <n>', 'every random draw derives from it')
    .option('--threads <n>', 'worker threads; one for each processor where it is left out')
    .addOption(placeOption('--config <file>', "settings as JSON or YAML, or a run's result.json"))
    .option('--set <path=value>', 'any setting by its path; may be given several times', repeatable)
    .addOption(placeOption('--out <dir>', 'output folder, new or empty').default('study-out'))
    .addOption(placeOption('--resume <dir>', 'go on with the study in this folder'))
    .addOption(
      placesOption(
        '--learning <run>',
        'finished run whose accuracy is laid over time and cost; may be given several times',
      ),
    )
    .addOption(
      placeOption('--compare <run>', "predict the stages of a measured run's rounds; writes nothing"),
    )
    .addOption(traceRoundsOption())
    .option('--yes', 'run however many points the sweeps make')
    .option('--watch', 'serve a page on this machine that follows the study, and print its address')
    .option('--json', 'print study.json instead of the table')
    .addHelpText('after', presetsHelp(STUDY_PRESETS))
    .action(async (options: StudyCommandOptions, command: Command) => {
      if (options.compare !== undefined) {
        refuseWithoutEffect(options, '--compare', ['config', 'set']);
        terminal.stdout.write(`${await compareWithRun(options.compare, options, terminal)}\n`);
        return;
      }
      const signal = interruption(terminal);
      const threads = threadCount(options);
      const folder = new StudyFolder(options.resume ?? options.out ?? 'study-out', writeWholeFile);
      try {
        const shown = progressOutput(outputOptions(command), terminal);
        const result = await runStudy(folder, options, { threads, signal, terminal, shown });
        terminal.stdout.write(
          `${options.json ? JSON.stringify(result) : resultText(result, folder, printWidth(terminal.stdout, terminal.env))}\n`,
        );
        for (const line of pointWarnings(result.points)) terminal.stderr.write(warning(line));
      } finally {
        await folder.release();
      }
    });
}

/** Where the command prints: its terminal, and the stream for progress and notices. */
interface Surroundings {
  readonly terminal: Terminal;
  readonly shown: TextOutput;
}

/** Runs a new study, or the remaining part of a stopped one. */
async function runStudy(
  folder: StudyFolder,
  options: StudyCommandOptions,
  surroundings: Surroundings & { readonly threads: number; readonly signal: AbortSignal },
): Promise<StudyResult> {
  const { threads, signal, terminal, shown } = surroundings;
  const isNew = options.resume === undefined;
  if (!isNew) refuseWithoutEffect(options, '--resume');
  const plan = isNew ? await newPlan(options, surroundings) : await folder.plan();
  if (!isNew) await folder.hold();
  requireIntendedSize(plan, options.yes === true || !isNew);
  const progress = new StudyBar(progressLines(shown, terminal.env));
  const { traceRounds = [] } = options;
  const watch = await startWatch(options.watch, 'airtune study', (line) => shown.write(`${line}\n`));
  try {
    const result = await executeStudy(folder, plan, {
      threads,
      isNew,
      progress,
      signal,
      traceRounds,
      finished: (soFar) => watch.show(() => contentSoFar(soFar)),
    });
    await watch.end(`The study has finished; ${join(folder.directory, REPORT_FILE)} keeps this report.`);
    return result;
  } catch (error) {
    await watch.end(endedBy(error));
    throw error;
  }
}

function resultText(result: StudyResult, { directory }: StudyFolder, width: number): string {
  return [
    studyTable(result, width),
    '',
    controlTable(result, width),
    '',
    `report  ${join(directory, 'report.html')}`,
    '',
    'Next: open the report, or vary a setting with --sweep path=v1,v2',
  ].join('\n');
}

async function newPlan(options: StudyOptions, { terminal, shown }: Surroundings): Promise<StudyPlan> {
  const { plan, unused } = await resolveStudy(options, terminal);
  unusedNotice('study', unused, (text) => shown.write(text));
  for (const line of learningWarnings(plan.learning)) terminal.stderr.write(warning(line));
  if (valueAt(plan.settings, 'channel.trace') !== undefined) {
    const [{ settings }] = makePoints(plan.settings, plan.sweeps, plan.sweepMode, plan.models);
    traceNotice(settings.channel, settings.training, (text) => shown.write(text));
  }
  return plan;
}
