import { requireContent } from './content/check-content.ts';
import type { ReportContent } from './content/report-content.ts';
import { bounded } from './page/bounded.ts';
import { withoutConstants } from './page/without-constants.ts';

/** The content as a page shows it: checked, of bounded size, and without charts of constants. */
export function shownContent(content: ReportContent): ReportContent {
  requireContent(content);
  return bounded(withoutConstants(content));
}
