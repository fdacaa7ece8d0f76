/**
 * Part of a data set that a row belongs to. `validation` rows are the test set where there is no `test`;
 * `undecided` rows are split by fraction.
 */
export type Bucket = 'train' | 'test' | 'validation' | 'undecided';

/** Labels and groups of a row as they are read, before classes are known. */
export interface LabelledRow {
  readonly bucket: Bucket;
  /** Class name, or the score of a regression; undefined for the texts of a language model. */
  readonly target: string | number | undefined;
  /** Value of the column by which rows are distributed over the devices; undefined for other partitions. */
  readonly group: string | undefined;
}

/** A row of a table task. */
export interface LabelledText extends LabelledRow {
  readonly text: string;
  readonly pair: string | undefined;
}

const WORDS: readonly (readonly [Bucket, readonly string[]])[] = [
  ['train', ['train', 'training']],
  ['test', ['test', 'testing']],
  ['validation', ['validation', 'valid', 'val', 'dev', 'eval', 'evaluation']],
];

/** The bucket of a split's name, such as `dev`; undefined for any other word. */
export function bucketOfWord(word: string): Bucket | undefined {
  const lower = word.trim().toLowerCase();
  return WORDS.find(([, words]) => words.includes(lower))?.[0];
}

/**
 * The bucket of the first word of a path that is a split's name: `train` for `train-00000.parquet`. Undefined
 * if no word is one.
 */
export function bucketOfName(name: string): Bucket | undefined {
  return name
    .split(/[^A-Za-z]+/)
    .map(bucketOfWord)
    .find((bucket) => bucket !== undefined);
}
