import { Command } from 'commander';
import { stringify } from 'yaml';
import { comparisonTable } from '#cli/calibrate/comparison-table.ts';
import { readMeasuredRun } from '#cli/calibrate/read-measured-run.ts';
import { placeArgument, placeOption } from '#cli/options/place-option.ts';
import { paragraph } from '#cli/print/paragraph.ts';
import { percent } from '#cli/print/percent.ts';
import { printWidth } from '#cli/print/width.ts';
import { readSettingsFile } from '#cli/settings/read-settings.ts';
import type { Terminal } from '#cli/terminal.ts';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { calibrate } from '#study/calibration/calibrate.ts';

interface CalibrateOptions {
  readonly config?: string;
  readonly out: string;
  readonly run?: string;
}

/** `airtune calibrate`: fits the cloud's parameters to a measured run, for studies and embedded runs. */
export function calibrateCommand(terminal: Terminal): Command {
  return new Command('calibrate')
    .addArgument(
      placeArgument(
        '<run>',
        "output folder of a finished run, or a file of a deployed scheduler's log records",
      ),
    )
    .option('--run <id>', 'which run, where a log holds several')
    .addOption(placeOption('--config <file>', 'settings whose `cloud` to start from'))
    .addOption(
      placeOption(
        '--out <file>',
        'settings file to write, for --config of `airtune study` and `airtune run`',
      ).default('calibrated.yaml'),
    )
    .action(async (path: string, { config, out, run: id }: CalibrateOptions) => {
      const run = await readMeasuredRun(path, id);
      const given = config === undefined ? {} : ((await readSettingsFile(config)).cloud ?? {});
      const start = parseStrict(cloudParameters, given, config ?? 'cloud');
      const { cloud, comparison, totalError, worstError } = calibrate(run, start);
      const heading = `# Fitted to the run ${run.name} on ${run.target}, ${run.rounds.length} rounds.\n`;
      await writeWholeFile(out, `${heading}${stringify({ cloud })}`);
      const errors = `All stages together are ${percent(totalError)} of the round off, the worst of at least 2 % of it ${percent(worstError)}.`;
      const width = printWidth(terminal.stdout, terminal.env);
      terminal.stdout.write(
        `${comparisonTable(comparison)}\n\n${paragraph(errors, width)}\n\nNext: airtune study --config ${out}\n`,
      );
    });
}
