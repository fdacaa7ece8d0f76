import type { Block, ReportContent } from './report-content.ts';

/**
 * Checks the conditions of a page.
 *
 * @throws Error naming the block: its id is not a file name, or not unique; or a row has another number of
 *   cells than the table has columns
 */
export function requireContent({ sections }: ReportContent): void {
  const seen = new Set<string>();
  for (const block of sections.flatMap(({ blocks }) => blocks)) {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(block.id))
      throw defect(block, 'has an id that is not lower-case words');
    if (seen.has(block.id)) throw defect(block, 'has the id of another block');
    seen.add(block.id);
    if (block.kind === 'table' && block.rows.some(({ length }) => length !== block.columns.length)) {
      throw defect(block, `has a row without ${block.columns.length} cells`);
    }
  }
}

function defect({ id, title }: Block, problem: string): Error {
  return new Error(`The report's block "${title}" (${id}) ${problem}.`);
}
