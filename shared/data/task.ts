import type { ImageExample, ImageShape, TextExample } from './example.ts';

/** Split of a data set: `train` is distributed over the devices, `test` is the common test set. */
export const SPLITS = ['train', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/**
 * The files of one split, as names in the data directory.
 *
 * - `first`: the names are alternatives; the first file that exists is the split.
 * - `every`: the names are parts; all files that exist form the split, in this order (at least one must
 *   exist).
 */
export interface SplitFiles {
  readonly take: 'first' | 'every';
  readonly names: readonly string[];
}

interface TaskDescription {
  /** Name in settings and commands, in lower case. */
  readonly name: string;
  /** Class names by class index; their number is the class count. */
  readonly labelNames: readonly string[];
  readonly files: Readonly<Record<Split, SplitFiles>>;
}

/** A task whose rows are texts or pairs of texts. */
export interface TextTask extends TaskDescription {
  readonly kind: 'text';
  /** Whether each row is a pair of texts; otherwise it is one text. */
  readonly pairs: boolean;
  /** Streams the rows of one file. Throws a DataError with file and line at the first malformed row. */
  read(path: string): AsyncIterable<TextExample>;
}

/** A task whose rows are images of one size. */
export interface ImageTask extends TaskDescription {
  readonly kind: 'image';
  readonly imageShape: ImageShape;
  /** Streams the images of one file. Throws a DataError with file and record at the first malformed image. */
  read(path: string): AsyncIterable<ImageExample>;
}

export type Task = TextTask | ImageTask;
