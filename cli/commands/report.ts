import { join } from 'node:path';
import { Command } from 'commander';
import { placeArgument } from '#cli/options/place-option.ts';
import type { Terminal } from '#cli/terminal.ts';
import { ExperimentFolder, isExperiment } from '#experiment/run/experiment-folder.ts';
import { rebuildReport as rebuildExperimentReport } from '#experiment/run/write-results.ts';
import { REPORT_FILE, writeReport } from '#report/write-report.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { readReportedRun } from '#run/report/read-reported-run.ts';
import { runContent } from '#run/report/run-content.ts';
import { outputError, systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { ConfigError } from '#shared/errors.ts';
import { readRegularText } from '#shared/read-file.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { rebuildReport } from '#study/run/write-results.ts';

/**
 * `airtune report`: makes report.html from the files of a study, a run or an experiment, also while it goes
 * on.
 */
export function reportCommand(terminal: Terminal): Command {
  return new Command('report')
    .addArgument(placeArgument('<dir>', 'output folder'))
    .action(async (directory: string) => {
      const path = join(directory, REPORT_FILE);
      const run = await readReportedRun(directory);
      if (run !== undefined) {
        await writeReport(directory, runContent(run), writeWholeFile);
      } else if (await isExperiment(directory)) {
        const folder = new ExperimentFolder(directory);
        await rebuildExperimentReport(folder, await folder.plan());
      } else if ((await read(join(directory, 'plan.json'))) !== undefined) {
        await rebuildReport(new StudyFolder(directory, writeWholeFile));
      } else {
        throw new ConfigError('holds neither a run, a study nor an experiment.', {
          subject: directory,
          remedy: 'Name the output folder of a run, a study or an experiment.',
        });
      }
      terminal.stdout.write(`${path}\n`);
    });
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readRegularText(path, ConfigError);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw outputError(path, error);
  }
}
