import { join } from 'node:path';
import { Command } from 'commander';
import { adviceText } from '#cli/advise/advice-text.ts';
import { advisedPoints } from '#cli/advise/advised-points.ts';
import { askedArguments, nextAdvice } from '#cli/advise/next-advice.ts';
import { presetsHelp } from '#cli/help/help-text.ts';
import { settingsHelpOption } from '#cli/help/settings-help.ts';
import { interruption } from '#cli/options/interruption.ts';
import { placeArgument, placeOption } from '#cli/options/place-option.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import { wholeNumber } from '#cli/options/whole-number.ts';
import { outputOptions, progressOutput } from '#cli/output-options.ts';
import { progressLines } from '#cli/print/progress-lines.ts';
import { timeLeft } from '#cli/print/time-left.ts';
import { printWidth } from '#cli/print/width.ts';
import { refuseWithoutEffect, type StudyOptions, threadCount } from '#cli/study/study-options.ts';
import type { Terminal } from '#cli/terminal.ts';
import { advise } from '#experiment/advise/advise.ts';
import { KNOBS } from '#experiment/advise/knobs.ts';
import { adviceContent } from '#experiment/report/advice-content.ts';
import { REPORT_FILE, writeReport } from '#report/write-report.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { MOST_REPEATS } from '#study/output/study-plan.ts';
import { STUDY_PRESETS } from '#study/presets.ts';
import { studySchema } from '#study/settings/study-schema.ts';

interface AdviseOptions extends StudyOptions {
  readonly seeds?: string;
  readonly json?: boolean;
}

/** Seeds where neither the study nor the user names more, so that differences have intervals. */
const DEFAULT_SEEDS = 3;

/** `airtune advise`: the effect of one change at a time on time and cost. */
export function adviseCommand(terminal: Terminal): Command {
  const command = new Command('advise').addArgument(
    placeArgument('[folder]', 'output folder of a study or of a finished run'),
  );
  return settingsHelpOption(command, studySchema, terminal)
    .option('--preset <name>', 'a study to advise on, in place of a folder')
    .option('--devices <n>', 'number of devices')
    .option('--rounds <n>', 'number of rounds')
    .option('--policy <a,b,...>', 'scheduling policies, a point each')
    .option('--sweep <path=v1,v2,...>', 'a point for each value; may be given several times', repeatable)
    .option('--sweep-mode <mode>', 'grid: every combination; list: first with first, second with second')
    .option('--seed <n>', 'first seed')
    .option('--seeds <n>', `seeds of each change; those of the study, at least ${DEFAULT_SEEDS}`)
    .option('--threads <n>', 'worker threads; one for each processor where it is left out')
    .addOption(placeOption('--config <file>', 'settings as JSON or YAML, such as a calibrated cloud'))
    .option('--set <path=value>', 'any setting by its path; may be given several times', repeatable)
    .addOption(placeOption('--out <dir>', 'also write advice.json and report.html there'))
    .option('--json', 'print advice.json instead of the sentences')
    .addHelpText('after', presetsHelp(STUDY_PRESETS))
    .action(async (folder: string | undefined, options: AdviseOptions, command: Command) => {
      const signal = interruption(terminal);
      if (folder !== undefined) refuseWithoutEffect(options, 'a folder', ['config', 'set']);
      const study = await advisedPoints(folder, options, terminal);
      const seeds =
        options.seeds === undefined
          ? Math.max(DEFAULT_SEEDS, study.seeds)
          : wholeNumber('--seeds', options.seeds, 1, MOST_REPEATS);
      const lines = progressLines(progressOutput(outputOptions(command), terminal), terminal.env);
      const startedMs = performance.now();
      try {
        lines.activity('modelling');
        const advice = await advise(study.points, {
          seeds,
          threads: threadCount(options),
          knobs: KNOBS,
          signal,
          onRun: (done, all) => {
            const left = (((performance.now() - startedMs) / 1000) * (all - done)) / done;
            const text = `modelled ${done} of ${all} runs, ${timeLeft(left)}`;
            if (terminal.stderr.isTTY) lines.show([{ text }], done / all);
            lines.activity(text);
          },
        });
        lines.end();
        const written: string[] = [];
        if (options.out !== undefined) {
          await writeWholeFile(join(options.out, 'advice.json'), `${JSON.stringify(advice, null, 2)}\n`);
          await writeReport(options.out, adviceContent(advice), writeWholeFile);
          written.push(`report  ${join(options.out, REPORT_FILE)}`, '');
        }
        const width = printWidth(terminal.stdout, terminal.env);
        const swept = Object.keys(study.points[0]?.varied ?? {});
        const next = nextAdvice(advice, askedArguments(folder, command), swept);
        const text = [adviceText(advice, width), '', ...written, next];
        terminal.stdout.write(`${options.json ? JSON.stringify(advice) : text.join('\n')}\n`);
      } finally {
        lines.end();
      }
    });
}
