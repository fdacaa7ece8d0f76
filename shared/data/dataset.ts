import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '#shared/errors.ts';
import { tableFormatOf } from '#shared/tables/table-registry.ts';
import type { ImageExample, TextExample } from './example.ts';
import type { ImageTask, Split, SplitFiles, Task, TextTask } from './task.ts';

/** A text data set on disk. Every call of `examples` reads the rows again. */
export interface TextDataset {
  readonly kind: 'text';
  readonly task: TextTask;
  /** Paths of the files of each split. */
  readonly files: Readonly<Record<Split, readonly string[]>>;
  /** Streams a split's rows in file order. */
  examples(split: Split): AsyncIterable<TextExample>;
}

/** An image data set found on disk. */
export interface ImageDataset {
  readonly kind: 'image';
  readonly task: ImageTask;
  readonly files: Readonly<Record<Split, readonly string[]>>;
  /** Streams a split's images in file order. */
  examples(split: Split): AsyncIterable<ImageExample>;
}

export type Dataset = TextDataset | ImageDataset;

/**
 * Finds a task's files in a directory. Reads no file.
 *
 * @throws DataError with the names that were looked for, when a split has no file.
 */
export async function openDataset(task: Task, directory: string): Promise<Dataset> {
  const files = {
    train: await findFiles(task, directory, 'train'),
    test: await findFiles(task, directory, 'test'),
  };
  switch (task.kind) {
    case 'text':
      return { kind: 'text', task, files, examples: (split) => inSequence(files[split], task.read) };
    case 'image':
      return { kind: 'image', task, files, examples: (split) => inSequence(files[split], task.read) };
  }
}

async function* inSequence<E>(paths: readonly string[], read: (path: string) => AsyncIterable<E>) {
  for (const path of paths) yield* read(path);
}

async function findFiles(task: Task, directory: string, split: Split): Promise<readonly string[]> {
  const wanted: SplitFiles = task.files[split];
  const present: string[] = [];
  for (const name of wanted.names) {
    const path = join(directory, name);
    if (await isFile(path)) present.push(path);
  }
  if (present.length === 0) {
    throw new DataError(`no ${split} file of ${task.name}: looked for ${wanted.names.join(', ')}.`, {
      subject: directory,
      remedy:
        tableFormatOf(directory) === undefined
          ? `Point the data directory at a folder with the files of ${task.name}.`
          : 'For a table of your own add --task text.',
    });
  }
  return wanted.take === 'first' ? present.slice(0, 1) : present;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
