import type { LabelledText } from '#shared/data/labelled/labelled-example.ts';
import { type Bucket, bucketOfWord, type LabelledRow } from '#shared/data/labelled/labelled-example.ts';
import type { ImageSource, LabelledImage } from '#shared/data/labelled/labelled-image.ts';
import type { TextColumns } from '#shared/data/labelled/table-texts.ts';
import { isReturnedRecord, returnedText } from '#shared/plugins/returned-numbers.ts';
import type { ReadExample } from './read-examples.ts';

/** Rows of a reader, and whether they state which of them are test rows. */
export interface ReaderRows<Row> {
  readonly rows: AsyncIterable<Row>;
  readonly hasTestSet: boolean;
}

/** The examples as labelled texts. @throws PluginError naming the example and the field */
export function readerTexts(
  examples: AsyncIterable<ReadExample>,
  columns: TextColumns,
): Promise<ReaderRows<LabelledText>> {
  return labelled(examples, columns, (example) => ({
    text: textField(example, columns.text),
    pair: columns.pair === undefined ? undefined : textField(example, columns.pair),
  }));
}

/** The examples as labelled images. @throws PluginError naming the example and the field */
export function readerImages(
  examples: AsyncIterable<ReadExample>,
  columns: TextColumns,
): Promise<ReaderRows<LabelledImage>> {
  return labelled(examples, columns, (example) => ({
    image: imageField(example),
    refuse: (reason) => example.fail(`its image cannot be read (${reason}).`),
  }));
}

/**
 * Adds label, split and device to an example's input. If the first example has a split, every example must
 * have one, else none.
 */
async function labelled<Own>(
  examples: AsyncIterable<ReadExample>,
  columns: TextColumns,
  ownOf: (example: ReadExample) => Own,
): Promise<ReaderRows<Own & LabelledRow>> {
  const split = columns.split ?? 'split';
  const iterator = examples[Symbol.asyncIterator]();
  const first = await iterator.next();
  const hasTestSet = first.done !== true && first.value.fields[split] !== undefined;
  const rowOf = (example: ReadExample): Own & LabelledRow => ({
    ...ownOf(example),
    bucket: bucketOf(example, split, hasTestSet),
    target:
      columns.score === undefined ? labelField(example, columns.label) : scoreField(example, columns.score),
    group: columns.device === undefined ? undefined : labelField(example, columns.device),
  });
  async function* rows(): AsyncGenerator<Own & LabelledRow> {
    for (let next = first; next.done !== true; next = await iterator.next()) yield rowOf(next.value);
  }
  return { rows: rows(), hasTestSet };
}

function bucketOf({ fields, fail }: ReadExample, name: string, hasTestSet: boolean): Bucket {
  const value = fields[name];
  if ((value !== undefined) !== hasTestSet) {
    return fail(
      `has ${hasTestSet ? 'no' : 'a'} ${name}, unlike the first one.`,
      `Give every example a ${name}, or none.`,
    );
  }
  if (value === undefined) return 'undecided';
  const bucket = typeof value === 'string' ? bucketOfWord(value) : undefined;
  return bucket ?? fail(`has the ${name} ${returnedText(value)}.`, 'Use train, test or validation.');
}

function textField({ fields, fail }: ReadExample, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  return fail(
    value === '' ? `has an empty ${name}.` : `has the ${name} ${returnedText(value)}.`,
    'Yield texts, or another --text-column.',
  );
}

/** A class or a device: a text, number or boolean. */
function labelField({ fields, fail }: ReadExample, name: string): string {
  const value = fields[name];
  const isName = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  const text = isName ? String(value).trim() : '';
  return text === ''
    ? fail(`has the ${name} ${returnedText(value)}.`, 'Yield a text or a finite number.')
    : text;
}

function scoreField({ fields, fail }: ReadExample, name: string): number {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : fail(`has the ${name} ${returnedText(value)}.`, 'Yield a finite number.');
}

function imageField({ fields, fail }: ReadExample): ImageSource {
  const { image } = fields;
  if (image instanceof Uint8Array) return { kind: 'bytes', bytes: image };
  const remedy = 'Yield the bytes of a JPEG or PNG, or { width, height, channels, data }.';
  if (!isReturnedRecord(image)) return fail(`has the image ${returnedText(image)}.`, remedy);
  const { width, height, channels, data } = image;
  if (!(isSize(width) && isSize(height) && (channels === 1 || channels === 3 || channels === 4))) {
    return fail(`has an image of ${String(width)} x ${String(height)} x ${String(channels)}.`, remedy);
  }
  const bytes = data instanceof Uint8ClampedArray ? new Uint8Array(data) : data;
  if (!(bytes instanceof Uint8Array && bytes.length === width * height * channels)) {
    return fail(`has an image without its ${width * height * channels} values.`, remedy);
  }
  return { kind: 'pixels', width, height, channels, data: bytes };
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= 65_536;
}
