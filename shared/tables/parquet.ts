import { type FileHandle, open } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { AsyncBuffer, Compressors, FileMetaData } from 'hyparquet';
import * as z from 'zod';
import { DataError } from '#shared/errors.ts';
import { readRange } from '#shared/read-file.ts';
import { requireRegularFile } from './file-chunks.ts';
import { classNamesOf } from './parquet-class-names.ts';
import type { Table, TableFormat, TableRow } from './table.ts';

/** Codecs beside Snappy, which the reader has itself. */
const COMPRESSORS: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
};

const namesSchema = z.array(z.string()).refine((names) => new Set(names).size === names.length);

/** Apache Parquet. One row group is in memory at a time, and of it only the columns that are read. */
export const PARQUET: TableFormat = {
  name: 'parquet',
  extensions: ['.parquet'],
  async open(path) {
    await requireRegularFile(path);
    const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
    const { metadata, names } = await withFile(path, async (file) => {
      const found = await parquetMetadataAsync(file);
      return { metadata: found, names: parquetSchema(found).children.map(({ element }) => element.name) };
    });
    const columns = namesSchema.safeParse(names);
    if (!columns.success) throw damaged(path, new Error('its columns have no names of their own'));
    return {
      path,
      columns: columns.data,
      classNames: classNamesOf(metadata),
      rowCount: Number(metadata.num_rows),
      rows: (wanted = columns.data) => rowsOf(path, metadata, wanted),
      placeOf: ({ number }) => `${path}, row ${number}`,
    } satisfies Table;
  },
};

async function* rowsOf(
  path: string,
  metadata: FileMetaData,
  columns: readonly string[],
): AsyncGenerator<TableRow> {
  const { parquetReadObjects } = await import('hyparquet');
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const group = { rowStart, rowEnd, columns: [...columns] };
    const rows = await withFile(path, (file) =>
      // Bytes without a logical type are images or texts, as their column's use says.
      parquetReadObjects({ file, metadata, compressors: COMPRESSORS, utf8: false, ...group }),
    );
    for (const [index, row] of rows.entries()) {
      yield { number: rowStart + index + 1, cells: new Map(Object.entries(row)) };
    }
    rowStart = rowEnd;
  }
}

async function withFile<T>(path: string, read: (file: AsyncBuffer) => Promise<T>): Promise<T> {
  await requireRegularFile(path);
  const file = await open(path).catch((cause: unknown) => {
    throw damaged(path, cause);
  });
  try {
    const { size } = await file.stat();
    return await read({
      byteLength: size,
      slice(start, end = size) {
        const bytes = bytesOf(file, size, start, end);
        // The reader begins several reads at once and awaits none of the others after the first that fails.
        bytes.catch(() => {});
        return bytes;
      },
    });
  } catch (cause) {
    throw damaged(path, cause);
  } finally {
    await file.close();
  }
}

/** Bytes of an open file. @throws RangeError for a range outside it, which only damaged metadata names */
async function bytesOf(file: FileHandle, size: number, start: number, end: number): Promise<ArrayBuffer> {
  if (!(0 <= start && start <= end && end <= size)) {
    throw new RangeError(`names bytes ${start} to ${end} of ${size}`);
  }
  const bytes = await readRange(file, start, end - start);
  return bytes.slice().buffer;
}

function damaged(path: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0].slice(0, 120) : String(cause);
  return new DataError(`cannot be read as Parquet (${reason}).`, {
    subject: path,
    remedy: 'Write it again, for example with pandas.',
    cause,
  });
}
