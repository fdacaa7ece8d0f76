import { join } from 'node:path';
import { requireContent } from './content/check-content.ts';
import type { ReportContent } from './content/report-content.ts';
import { bounded } from './page/bounded.ts';
import { reportPage } from './page/page.ts';
import { withoutConstants } from './page/without-constants.ts';
import { pageScript } from './script/page-script.ts';

/** Name of the report in an output folder. */
export const REPORT_FILE = 'report.html';

/** A report as one self-contained HTML page below 2 MB. */
export async function renderReport(content: ReportContent): Promise<string> {
  return reportPage(shownContent(content), await pageScript());
}

/** The content as a page shows it: checked, of bounded size, and without charts of constants. */
export function shownContent(content: ReportContent): ReportContent {
  requireContent(content);
  return bounded(withoutConstants(content));
}

/**
 * Writes `report.html` into a folder.
 *
 * @param writeFile writes a file in such a way that readers see the old or the new file, never a part
 */
export async function writeReport(
  folder: string,
  content: ReportContent,
  writeFile: (path: string, text: string) => Promise<void>,
): Promise<void> {
  await writeFile(join(folder, REPORT_FILE), await renderReport(content));
}
