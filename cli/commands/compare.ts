import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { comparisonTables } from '#cli/compare/comparison-tables.ts';
import { parseAccuracy } from '#cli/options/accuracy.ts';
import { placeOption, requirePlace } from '#cli/options/place-option.ts';
import { paragraph } from '#cli/print/paragraph.ts';
import { printWidth } from '#cli/print/width.ts';
import type { Terminal } from '#cli/terminal.ts';
import { compareContenders } from '#experiment/compare/compare-contenders.ts';
import { type ComparableRun, contendersOf } from '#experiment/compare/contender.ts';
import { readComparable } from '#experiment/compare/read-comparable.ts';
import { comparisonContent } from '#experiment/report/comparison-content.ts';
import { REPORT_FILE, writeReport } from '#report/write-report.ts';
import { writeWholeFile } from '#run/output/write-file.ts';

interface CompareOptions {
  readonly targetAccuracy?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `airtune compare`: compares finished runs, experiments and studies. */
export function compareCommand(terminal: Terminal): Command {
  return new Command('compare')
    .addArgument(
      new Argument('<folders...>', 'output folders of runs, experiments and studies').argParser(
        (value: string, before: readonly string[] = []) => [...before, requirePlace(value, 'folders')],
      ),
    )
    .option('--target-accuracy <accuracy>', 'what reaching this test accuracy costs, as 0.8 or 80%')
    .addOption(placeOption('--out <dir>', 'also write comparison.json and report.html there'))
    .option('--json', 'print comparison.json instead of the tables')
    .action(async (folders: readonly string[], options: CompareOptions) => {
      const target =
        options.targetAccuracy === undefined
          ? undefined
          : parseAccuracy(options.targetAccuracy, '--target-accuracy');
      const runs: ComparableRun[] = [];
      for (const folder of folders) runs.push(...(await readComparable(folder)));
      const contenders = contendersOf(runs);
      const result = compareContenders(contenders, target);
      const written: string[] = [];
      if (options.out !== undefined) {
        await writeWholeFile(join(options.out, 'comparison.json'), `${JSON.stringify(result, null, 2)}\n`);
        await writeReport(options.out, comparisonContent(result, contenders), writeWholeFile);
        written.push('', `report  ${join(options.out, REPORT_FILE)}`);
      }
      if (options.json) {
        terminal.stdout.write(`${JSON.stringify(result)}\n`);
        return;
      }
      const width = printWidth(terminal.stdout, terminal.env);
      const note =
        'Means over the seeds; in brackets 95 % bootstrap intervals of the mean. Accuracy differs in points.';
      terminal.stdout.write(
        `${[comparisonTables(result, width), '', paragraph(note, width), ...written].join('\n')}\n`,
      );
    });
}
