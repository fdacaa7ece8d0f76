import { fileChunks } from './file-chunks.ts';
import { streamLines } from './file-lines.ts';
import type { TableFormat, TableRow } from './table.ts';

const COLUMN = 'text';

/** Plain text: each line that is not blank is a row with the one column `text`. */
export const TEXT_LINES: TableFormat = {
  name: 'txt',
  extensions: ['.txt'],
  async open(path) {
    return {
      path,
      columns: [COLUMN],
      classNames: new Map(),
      rowCount: undefined,
      rows: () => textRows(path),
      placeOf: ({ number }) => `${path}:${number}`,
    };
  },
};

async function* textRows(path: string): AsyncGenerator<TableRow> {
  for await (const { number, text } of streamLines(fileChunks(path), path)) {
    if (text.trim() !== '') yield { number, cells: new Map([[COLUMN, text]]) };
  }
}
