import { csvLine } from '#study/output/csv-text.ts';
import type { WritableTable } from './table.ts';

/** Characters after which the lines so far are handed on: few writes, and little memory. */
const CHUNK_CHARACTERS = 65_536;

/** A table as CSV, in pieces of whole lines; a value that does not exist is empty. */
export function* csvTable({ columns, rowCount, cells }: WritableTable): Generator<string> {
  let chunk = csvLine(columns.map(({ name }) => name));
  for (let row = 0; row < rowCount; row++) {
    chunk += csvLine(cells(row));
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
