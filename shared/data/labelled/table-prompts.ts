import type { DataSettings } from '#shared/data/settings.ts';
import { requiredTextCell } from '#shared/tables/cells.ts';
import { requireColumn } from '#shared/tables/column-names.ts';
import { openTable, TEXT_FORMATS } from '#shared/tables/table-registry.ts';
import type { LabelledRow } from './labelled-example.ts';
import type { TableFile } from './table-files.ts';
import { bucketOf } from './table-texts.ts';

/** Columns of a table for a language model. */
export interface LanguageColumns {
  /** Text before the one to predict; undefined where every token is predicted. */
  readonly prompt: string | undefined;
  /** Text to predict. */
  readonly text: string;
  readonly split: string | undefined;
  readonly device: string | undefined;
}

export function languageColumns({ task, columns, partition }: DataSettings): LanguageColumns {
  const isInstruction = task === 'instruction';
  return {
    prompt: isInstruction ? (columns?.prompt ?? 'prompt') : undefined,
    text: isInstruction ? (columns?.completion ?? 'completion') : (columns?.text ?? 'text'),
    split: columns?.split,
    device: partition.kind === 'column' ? partition.column : undefined,
  };
}

/** A text of a language model, or a prompt and its completion. */
export interface LanguageText extends LabelledRow {
  readonly target: undefined;
  readonly prompt: string | undefined;
  readonly text: string;
  /** Place of the row for messages. */
  readonly place: string;
}

/**
 * Streams the texts of a file.
 *
 * @throws DataError naming the column that the file lacks, or the row with an empty cell.
 */
export async function* tablePrompts(
  { path, bucket }: TableFile,
  columns: LanguageColumns,
): AsyncGenerator<LanguageText> {
  const table = await openTable(path, TEXT_FORMATS);
  const roles = [
    [columns.prompt, 'prompts (--prompt-column)'],
    [
      columns.text,
      columns.prompt === undefined ? 'texts (--text-column)' : 'completions (--completion-column)',
    ],
    [columns.split, 'splits (--split-column)'],
    [columns.device, 'devices (--device-column)'],
  ] as const;
  const wanted = roles.flatMap(([name, role]) => {
    if (name === undefined) return [];
    requireColumn(table, name, role);
    return [name];
  });
  for await (const row of table.rows(wanted)) {
    const required = (column: string): string => requiredTextCell(table, row, column);
    yield {
      bucket: columns.split === undefined ? bucket : bucketOf(table, row, columns.split),
      target: undefined,
      group: columns.device === undefined ? undefined : required(columns.device).trim(),
      prompt: columns.prompt === undefined ? undefined : required(columns.prompt),
      text: required(columns.text),
      place: table.placeOf(row),
    };
  }
}
