import { DataError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { quoted } from '#shared/quoted.ts';
import type { Table } from './table.ts';

/** Most column names that a message lists. */
const MOST_LISTED = 12;

/** Checks a header: every column has a name, and no two the same. */
export function requireColumnNames(names: readonly string[], subject: string): readonly string[] {
  const unnamed = names.indexOf('');
  // Programs that write the row number first leave the name of that column empty.
  const known = unnamed === 0 ? ['(row)', ...names.slice(1)] : names;
  const again = known.find((name, index) => name === '' || known.indexOf(name) < index);
  if (again === undefined) return known;
  throw new DataError(again === '' ? 'a column has no name.' : `two columns are called ${quoted(again)}.`, {
    subject,
    remedy: 'Give each column a name of its own in the first row.',
  });
}

/**
 * Checks that a table has a column.
 *
 * @param role Purpose of the column and the option that names it, such as `texts (--text-column)`.
 * @throws DataError with the nearest name, or the names that there are.
 */
export function requireColumn({ path, columns }: Table, name: string, role: string): void {
  if (columns.includes(name)) return;
  const nearest = nearestName(name, columns);
  const listed = columns.slice(0, MOST_LISTED).map((column) => quoted(column).slice(1, -1));
  const more = columns.length > MOST_LISTED ? `, and ${columns.length - MOST_LISTED} more` : '';
  throw new DataError(`has no column ${quoted(name)} for the ${role}.`, {
    subject: path,
    remedy: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}It has ${listed.join(', ')}${more}.`,
  });
}
