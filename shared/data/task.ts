import type { ImageExample, ImageShape, TextExample } from './example.ts';

/** Which part of a data set: the rows dealt out to the devices, or the common test set. */
export type Split = 'train' | 'test';

/**
 * The files of one split, as names inside the data directory.
 *
 * - `first`: the names are alternatives; the first one present is the split.
 * - `every`: the names are parts; all that are present, in this order, are the split (at least one must be).
 */
export interface SplitFiles {
  readonly take: 'first' | 'every';
  readonly names: readonly string[];
}

interface TaskDescription {
  /** The name settings and commands use, in lower case. */
  readonly name: string;
  /** Names of the classes, by class index; their number is the class count. */
  readonly labelNames: readonly string[];
  readonly files: Readonly<Record<Split, SplitFiles>>;
}

/** A task whose rows are texts or pairs of texts. */
export interface TextTask extends TaskDescription {
  readonly kind: 'text';
  /** Whether every row is a pair of texts; else every row is one text. */
  readonly pairs: boolean;
  /** Streams one file's rows; throws a DataError that names file and line at the first malformed one. */
  read(path: string): AsyncIterable<TextExample>;
}

/** A task whose rows are images of one size. */
export interface ImageTask extends TaskDescription {
  readonly kind: 'image';
  readonly imageShape: ImageShape;
  /** Streams one file's images; throws a DataError that names file and record at the first malformed one. */
  read(path: string): AsyncIterable<ImageExample>;
}

export type Task = TextTask | ImageTask;
