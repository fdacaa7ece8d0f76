import { Command } from 'commander';
import { presetsHelp } from '#cli/help/help-text.ts';
import { settingsHelpOption } from '#cli/help/settings-help.ts';
import { outputOptions, progressOutput } from '#cli/output-options.ts';
import { unusedNotice } from '#cli/settings/unused-notice.ts';
import { compareWithRun } from '#cli/study/compare-with-run.ts';
import { controlLines, controlTable } from '#cli/study/control-table.ts';
import {
  refuseWithoutEffect,
  resolveStudy,
  type StudyOptions,
  threadCount,
} from '#cli/study/study-options.ts';
import { StudyBar } from '#cli/study/study-progress.ts';
import { studyTable } from '#cli/study/study-table.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import type { StudyPlan } from '#study/output/study-plan.ts';
import { STUDY_PRESETS } from '#study/presets.ts';
import { executeStudy, requireMeantSize } from '#study/run/execute-study.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { studySchema } from '#study/settings/study-schema.ts';

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `airtune study`: where the time of rounds goes and what they cost, simulated, for up to a million devices. */
export function studyCommand(): Command {
  const command = new Command('study').description(
    'simulate rounds at scale: where the time goes, what it costs, what changes it',
  );
  return settingsHelpOption(command, studySchema)
    .option('--preset <name>', 'a study worth running, to start from')
    .option(
      '--model <dir>',
      'Hugging Face model directory or hub name, to take the sizes of the encoder from',
    )
    .option('--devices <n>', 'number of devices, to 1000000')
    .option('--rounds <n>', 'number of rounds')
    .option('--policy <a,b,...>', 'scheduling policies to compare')
    .option('--sweep <path=v1,v2,...>', 'vary a setting; may be given several times', collect)
    .option('--sweep-mode <mode>', 'grid: every combination; list: first with first, second with second')
    .option('--repeat <n>', 'runs of each point with seeds of their own, for confidence intervals')
    .option(
      '--warm-up <n>',
      'rounds at the start that figures of the steady state leave out; 1 where it is left out',
    )
    .option('--seed <n>', 'every random draw derives from it')
    .option('--threads <n>', 'worker threads; one for each processor where it is left out')
    .option('--config <file>', "settings as JSON or YAML, or a run's result.json")
    .option('--set <path=value>', 'any setting by its path; may be given several times', collect)
    .option('--out <dir>', 'output folder, new or empty', 'study-out')
    .option('--resume <dir>', 'go on with the study in this folder')
    .option(
      '--learning <run>',
      'finished run whose accuracy is laid over time and cost; may be given several times',
      collect,
    )
    .option('--compare <run>', "predict the stages of a measured run's rounds; writes nothing")
    .option('--yes', 'run however many points the sweeps make')
    .option('--json', 'print study.json instead of the table')
    .addHelpText('after', presetsHelp(STUDY_PRESETS))
    .action(async (options: StudyOptions & { readonly json?: boolean }, command: Command) => {
      const progress = progressOutput(outputOptions(command));
      if (options.compare !== undefined) {
        refuseWithoutEffect(options, '--compare', ['config', 'set']);
        process.stdout.write(`${await compareWithRun(options.compare, options)}\n`);
        return;
      }
      if (options.resume !== undefined) refuseWithoutEffect(options, '--resume');
      const folder = new StudyFolder(options.resume ?? options.out ?? 'study-out', writeWholeFile);
      const plan = options.resume === undefined ? await newPlan(options, progress) : await folder.plan();
      requireMeantSize(plan, options.yes === true || options.resume !== undefined);
      const threads = threadCount(options);
      const result = await executeStudy(folder, plan, {
        threads,
        isNew: options.resume === undefined,
        progress: new StudyBar(progress, () => performance.now()),
        signal: interruption(),
      });
      process.stdout.write(
        options.json
          ? `${JSON.stringify(result)}\n`
          : `${studyTable(result)}\n\n${controlTable(result)}\n\nWritten to ${folder.directory}.\n`,
      );
      for (const line of controlLines(result)) process.stderr.write(`airtune: warning: ${line}\n`);
    });
}

async function newPlan(options: StudyOptions, notices: { write(text: string): unknown }): Promise<StudyPlan> {
  const { plan, unused } = await resolveStudy(options);
  unusedNotice('study', unused, (text) => notices.write(text));
  return plan;
}

/** Aborts at the first Ctrl-C or request to end; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
