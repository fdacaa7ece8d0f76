import { join } from 'node:path';
import { Command } from 'commander';
import { requireThisVersion } from '#run/output/read-result.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { outputError, systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { ConfigError } from '#shared/errors.ts';
import { readTextFile } from '#shared/text-file.ts';
import { parseReportedRun } from '#study/report/read-report-source.ts';
import { runReport } from '#study/report/run-report.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { rebuildReport } from '#study/run/write-results.ts';

/** `airtune report`: builds report.html anew from what a study or a run left in its folder. */
export function reportCommand(): Command {
  return new Command('report')
    .description('build report.html anew in the output folder of a study or a run')
    .argument('<dir>', 'output folder')
    .action(async (directory: string) => {
      const path = join(directory, 'report.html');
      const resultPath = join(directory, 'result.json');
      const result = await read(resultPath);
      if (result !== undefined) {
        const value = parseJson(result, resultPath);
        requireThisVersion(value, resultPath);
        await writeWholeFile(path, runReport(parseReportedRun(value, resultPath)));
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
    return await readTextFile(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw outputError(path, error);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError('is not JSON.', { subject: path, cause });
  }
}
