import { join } from 'node:path';
import { Command } from 'commander';
import { interruption } from '#cli/options/interruption.ts';
import { placeOption, placesOption } from '#cli/options/place-option.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import { warning } from '#cli/print/notice.ts';
import { printWidth } from '#cli/print/table.ts';
import { presetsHelp, settingsHelp } from '#cli/settings/settings-help.ts';
import { compareWithRun } from '#cli/study/compare-with-run.ts';
import { controlLines, controlTable } from '#cli/study/control-table.ts';
import { refuseWithoutEffect, type StudyOptions, studyPlan, threadCount } from '#cli/study/study-options.ts';
import { StudyBar } from '#cli/study/study-progress.ts';
import { studyTable } from '#cli/study/study-table.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { STUDY_PRESETS } from '#study/presets.ts';
import { executeStudy, requireMeantSize } from '#study/run/execute-study.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { studySchema } from '#study/settings/study-schema.ts';

/** `airtune study`: where the time of rounds goes and what they cost, simulated, for up to a million devices. */
export function studyCommand(): Command {
  return new Command('study')
    .description('simulate rounds at scale: where the time goes, what it costs, what changes it')
    .option('--preset <name>', 'a study worth running, to start from')
    .option('--devices <n>', 'number of devices, to 1000000')
    .option('--rounds <n>', 'number of rounds')
    .option('--policy <a,b,...>', 'scheduling policies to compare')
    .option('--sweep <path=v1,v2,...>', 'vary a setting; may be given several times', repeatable)
    .option('--sweep-mode <mode>', 'grid: every combination; list: first with first, second with second')
    .option('--repeat <n>', 'runs of each point with seeds of their own, for confidence intervals')
    .option(
      '--warm-up <n>',
      'rounds at the start that figures of the steady state leave out; 1 where it is left out',
    )
    .option('--seed <n>', 'every random draw derives from it')
    .option('--threads <n>', 'worker threads; one for each processor where it is left out')
    .addOption(placeOption('--config <file>', 'settings as JSON or YAML'))
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
    .option('--yes', 'run however many points the sweeps make')
    .addHelpText('after', help)
    .action(async (options: StudyOptions) => {
      if (options.compare !== undefined) {
        refuseWithoutEffect(options, '--compare', ['config', 'set']);
        process.stdout.write(`${await compareWithRun(options.compare, options)}\n`);
        return;
      }
      const signal = interruption();
      const threads = threadCount(options);
      const folder = new StudyFolder(options.resume ?? options.out ?? 'study-out', writeWholeFile);
      try {
        const result = await runStudy(folder, options, threads, signal);
        process.stdout.write(`${resultText(result, folder)}\n`);
        for (const line of controlLines(result)) process.stderr.write(warning(line));
      } finally {
        await folder.release();
      }
    });
}

/** Runs a new study, or the rest of one that was stopped. */
async function runStudy(
  folder: StudyFolder,
  options: StudyOptions,
  threads: number,
  signal: AbortSignal,
): Promise<StudyResult> {
  const isNew = options.resume === undefined;
  if (!isNew) refuseWithoutEffect(options, '--resume');
  const plan = isNew ? await studyPlan(options) : await folder.plan();
  if (!isNew) await folder.hold();
  requireMeantSize(plan, options.yes === true || !isNew);
  const progress = new StudyBar(process.stderr, () => performance.now(), process.env);
  return executeStudy(folder, plan, { threads, isNew, progress, signal });
}

function resultText(result: StudyResult, { directory }: StudyFolder): string {
  const width = printWidth(process.stdout, process.env);
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

function help(): string {
  return `${settingsHelp(studySchema, '--set, --sweep')}${presetsHelp(STUDY_PRESETS)}`;
}
