import { join } from 'node:path';
import { Command } from 'commander';
import { placeArgument } from '#cli/options/place-option.ts';
import { REPORT_FILE, writeReport } from '#report/write-report.ts';
import { readResult } from '#run/output/read-result.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { runContent } from '#run/report/run-content.ts';
import { outputError, systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { ConfigError } from '#shared/errors.ts';
import { readRegularText } from '#shared/read-file.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { rebuildReport } from '#study/run/write-results.ts';

/** `airtune report`: builds report.html again from the files of a study or a run. */
export function reportCommand(): Command {
  return new Command('report')
    .addArgument(placeArgument('<dir>', 'output folder'))
    .action(async (directory: string) => {
      const path = join(directory, REPORT_FILE);
      const result = await readResult(directory);
      if (result !== undefined) {
        await writeReport(directory, runContent(result), writeWholeFile);
      } else if ((await read(join(directory, 'plan.json'))) !== undefined) {
        await rebuildReport(new StudyFolder(directory, writeWholeFile));
      } else {
        throw new ConfigError('holds neither result.json of a run nor plan.json of a study.', {
          subject: directory,
          remedy: 'Name the output folder of a run or a study.',
        });
      }
      process.stdout.write(`${path}\n`);
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
