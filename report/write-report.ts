import { join } from 'node:path';
import type { ReportContent } from './content/report-content.ts';
import { reportPage } from './page/page.ts';
import { pageScript } from './script/page-script.ts';
import { shownContent } from './shown-content.ts';

/** Name of the report in an output folder. */
export const REPORT_FILE = 'report.html';

/** A report as one self-contained HTML page below 2 MB. */
export async function renderReport(content: ReportContent): Promise<string> {
  return reportPage(shownContent(content), await pageScript());
}

/**
 * Writes `report.html` into a folder.
 *
 * @param writeFile replaces a file atomically: readers see the old or the new one
 */
export async function writeReport(
  folder: string,
  content: ReportContent,
  writeFile: (path: string, text: string) => Promise<void>,
): Promise<void> {
  await writeFile(join(folder, REPORT_FILE), await renderReport(content));
}
