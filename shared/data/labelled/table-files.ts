import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isLanguageTask } from '#shared/data/language-task.ts';
import type { DataSettings } from '#shared/data/settings.ts';
import { DataError } from '#shared/errors.ts';
import type { TableFormat } from '#shared/tables/table.ts';
import { TABLE_FORMATS, TEXT_FORMATS, tableFormatOf } from '#shared/tables/table-registry.ts';
import { isImageName } from './image-folder.ts';
import { type Bucket, bucketOfName } from './labelled-example.ts';

/** A table file and the part of the data set that its rows belong to. */
export interface TableFile {
  readonly path: string;
  readonly bucket: Bucket;
}

/**
 * The files of a data set, and whether a file's name, a setting or a split column tells which rows are test
 * rows.
 */
export interface TableFiles {
  readonly files: readonly TableFile[];
  /** False where the test set is a fraction of the rows. */
  readonly hasTestSet: boolean;
}

/**
 * Finds the table files of a data set. A file alone is the whole data set. In a folder, the name of a file
 * states its split (see `bucketOfName`).
 *
 * @throws DataError naming the folder without table files, or the file whose name states no split although
 *   another file's name states `train`.
 */
export async function findTableFiles(data: DataSettings): Promise<TableFiles> {
  const { directory, files, columns } = data;
  const formats = isLanguageTask(data) ? TEXT_FORMATS : TABLE_FORMATS;
  const trainPaths = files?.train ?? ((await isFolder(directory)) ? undefined : [directory]);
  const test = (files?.test ?? []).map((path): TableFile => ({ path, bucket: 'test' }));
  if (trainPaths === undefined) {
    const found = await filesIn(directory, test.length > 0, formats);
    const all = [...found.filter(({ bucket }) => test.length === 0 || bucket === 'train'), ...test];
    return byColumn(all, columns?.split);
  }
  const train = trainPaths.map(
    (path): TableFile => ({ path, bucket: test.length > 0 ? 'train' : 'undecided' }),
  );
  return byColumn([...train, ...test], columns?.split);
}

/** Whether settings name table files, or a folder that holds some and no images. */
export async function hasTables({ directory, files }: DataSettings): Promise<boolean> {
  if (files !== undefined) return true;
  if (!(await isFolder(directory))) return tableFormatOf(directory) !== undefined;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return names.some((name) => tableFormatOf(name) !== undefined) && !names.some(isImageName);
}

/**
 * Makes the bucket of every file `undecided` if a split column decides for each row, or if there is no test
 * file.
 */
function byColumn(files: readonly TableFile[], splitColumn: string | undefined): TableFiles {
  if (splitColumn !== undefined) {
    return { files: files.map(({ path }) => ({ path, bucket: 'undecided' })), hasTestSet: true };
  }
  const hasTestSet = files.some(({ bucket }) => bucket === 'test' || bucket === 'validation');
  return { files: hasTestSet ? files : files.map(({ path }) => ({ path, bucket: 'undecided' })), hasTestSet };
}

async function filesIn(
  folder: string,
  hasTest: boolean,
  formats: readonly TableFormat[],
): Promise<readonly TableFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`cannot be read (${reason}).`, { subject: folder, remedy: 'Check --data.', cause });
  });
  const paths = entries
    .filter((entry) => entry.isFile() && tableFormatOf(entry.name, formats) !== undefined)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (paths.length === 0) {
    const known = formats.flatMap(({ extensions }) => extensions).join(', ');
    throw new DataError('holds no table.', { subject: folder, remedy: `Name files that end in ${known}.` });
  }
  const named = paths.map((path) => ({ path, bucket: bucketOfName(relative(folder, path)) }));
  const hasTrain = named.some(({ bucket }) => bucket === 'train');
  const rest: Bucket = hasTest || named.some(({ bucket }) => bucket !== undefined) ? 'train' : 'undecided';
  return named.map(({ path, bucket }) => {
    if (bucket === undefined && hasTrain) {
      throw new DataError('its name says neither train nor test, as those beside it do.', {
        subject: path,
        remedy: 'Name the files with --data and --test-data.',
      });
    }
    return { path, bucket: bucket ?? rest };
  });
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new DataError('is not there.', { subject: path, remedy: 'Check the path after --data.', cause });
  });
  return found.isDirectory();
}
