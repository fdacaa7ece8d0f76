import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { MOST_CLASSES } from '#shared/data/labelled/collect-labelled.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { dataSummary } from '#shared/preparation/data-summary.ts';
import { dealOut } from '#shared/preparation/deal-out.ts';
import { loadExamples } from '#shared/preparation/load-examples.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { tinyModelAndData } from '#test/support/tiny-run.ts';

const HEADER = 'review,stars,user,part';

/** Rows whose text, label, user and split derive from their number. */
function rows(count: number, first = 0): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const row = first + index;
    const word = row % 2 === 0 ? 'fine' : 'grim';
    return `${word} ${'warm '.repeat(row % 3)},${word},u${row % 5},${row % 4 === 0 ? 'test' : 'train'}`;
  });
}

const table = (lines: readonly string[]): string => `${HEADER}\n${lines.join('\n')}\n`;

interface Given {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Settings of the group `data`; places are relative to the folder. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly place?: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly devices?: number;
  readonly seed?: number;
}

async function load({ files, data = {}, place = '.', columns = {}, devices = 3, seed = 4 }: Given) {
  const folder = scratchFolder(tinyModelAndData());
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'own', name)), { recursive: true });
    writeFileSync(join(folder, 'own', name), content);
  }
  const config = parseStrict(
    runConfigSchema,
    {
      seed,
      model: { directory: folder },
      training: { devices },
      data: {
        task: 'text',
        directory: join(folder, 'own', place),
        maxTokens: 8,
        columns: { text: 'review', label: 'stars', ...columns },
        ...data,
      },
    },
    'test',
  );
  const { config: model } = await readModelDirectory(folder);
  const loaded = await loadExamples(config, model);
  const dealt = dealOut(config, loaded);
  return { ...loaded, dealt, summary: dataSummary(config, loaded, dealt) };
}

describe('tables of texts', () => {
  test('are split by fraction with the seed, and their classes found', async () => {
    const files = { 'reviews.csv': table(rows(40)) };
    const { labelNames, train, test, summary } = await load({ files, place: 'reviews.csv' });
    expect(labelNames).toEqual(['fine', 'grim']);
    expect([train.labels.length, test.labels.length]).toEqual([36, 4]);
    expect(summary).toMatchObject({ trainExamples: 36, testExamples: 4, unusedExamples: 0 });
    expect(summary.labels.reduce((sum, { trainExamples }) => sum + trainExamples, 0)).toBe(36);

    const again = await load({ files, place: 'reviews.csv' });
    expect([again.train, again.test]).toEqual([train, test]);
    const other = await load({ files, place: 'reviews.csv', seed: 5 });
    expect(other.train).not.toEqual(train);
    const half = await load({ files, place: 'reviews.csv', data: { testFraction: 0.5 } });
    expect(half.test.labels).toHaveLength(20);
  });

  test('have the classes in the same order for any order of rows, numbers by value', async () => {
    const labels = ['10', '9', '2', '10', '9', '2', '10', '2'];
    const lines = labels.map((label, row) => `fine ${'warm '.repeat(row % 4)},${label},u,train`);
    const files = { 'a.csv': table(lines) };
    const backwards = { 'a.csv': table(lines.toReversed()) };
    expect((await load({ files })).labelNames).toEqual(['2', '9', '10']);
    expect((await load({ files: backwards })).labelNames).toEqual(['2', '9', '10']);
  });

  test('are split by the names of files in a folder', async () => {
    const files = {
      'data/train-0.csv': table(rows(6)),
      'data/train-1.csv': table(rows(6, 6)),
      'data/dev.csv': table(rows(4)),
      'notes.txt': 'not a table',
    };
    const { train, test } = await load({ files });
    expect([train.labels.length, test.labels.length]).toEqual([12, 4]);
    const withTest = await load({ files: { ...files, 'data/test.csv': table(rows(2)) } });
    expect(withTest.test.labels).toHaveLength(2);
  });

  test('are split by a column, and limited', async () => {
    const files = { 'a.csv': table(rows(40)) };
    const { train, test } = await load({ files, columns: { split: 'part' } });
    expect([train.labels.length, test.labels.length]).toEqual([30, 10]);
    const limited = await load({
      files,
      columns: { split: 'part' },
      data: { trainExamples: 7, testExamples: 3 },
    });
    expect([limited.train.labels.length, limited.test.labels.length]).toEqual([7, 3]);
  });

  test('can be Parquet with class names and pairs', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'review', data: ['fine', 'grim', 'warm', 'cold'] },
        { name: 'other', data: ['bright', 'dull', 'kind', 'mean'] },
        { name: 'stars', data: [1, 0, 1, 0], type: 'INT32' },
      ],
      kvMetadata: [
        {
          key: 'huggingface',
          value: '{"info":{"features":{"stars":{"names":["bad","good"],"_type":"ClassLabel"}}}}',
        },
      ],
    });
    const { labelNames, train } = await load({
      files: { 'a.parquet': new Uint8Array(file) },
      columns: { pair: 'other' },
      devices: 1,
    });
    expect(labelNames).toEqual(['bad', 'good']);
    if (train.kind !== 'tokens') throw new Error('texts were expected');
    // [CLS] text [SEP] pair [SEP]
    expect(train.offsets[1]).toBe(5);
  });

  test('can have scores, standardised by those of the training rows', async () => {
    const lines = Array.from({ length: 20 }, (_, row) => `fine,${row % 5},u,${row < 10 ? 'train' : 'test'}`);
    const columns = { score: 'stars', split: 'part' };
    const { train, test, score, labelNames } = await load({ files: { 'a.csv': table(lines) }, columns });
    expect([labelNames, score]).toEqual([['stars'], { mean: 2, deviation: Math.SQRT2 }]);
    const expected = Float32Array.from({ length: 10 }, (_, row) => ((row % 5) - 2) / Math.SQRT2);
    expect([train.scores, test.scores]).toEqual([expected, expected]);
  });

  test('can be distributed by a column: each device has the rows of one value', async () => {
    const files = { 'a.csv': table(rows(41)) };
    const partition = { kind: 'column', column: 'user' };
    const { train, dealt, summary, groups } = await load({ files, devices: 5, data: { partition } });
    expect(summary).toMatchObject({ trainExamples: 37, unusedExamples: 0 });
    const users = dealt.map((shard) => new Set([...shard].map((row) => groups?.ofRow[row])));
    expect(users.map(({ size }) => size)).toEqual([1, 1, 1, 1, 1]);
    const some = await load({ files, devices: 2, data: { partition } });
    const sizes = dealt.map((shard) => shard.length).toSorted((left, right) => right - left);
    expect(some.summary.unusedExamples).toBe(train.labels.length - sizes[0] - sizes[1]);
    const line = await rejectedLine(load({ files, devices: 9, data: { partition } }));
    expect(line).toMatch(
      /the column user has 5 values .* too few for 9 devices\. Use --devices 5, or fewer\./,
    );
  });
});

describe('a table of texts is refused in one line', () => {
  const bad = (files: Given['files'], others: Omit<Given, 'files'> = {}) =>
    rejectedLine(load({ files, ...others }));

  test.each<[string, Given['files'], Omit<Given, 'files'>, RegExp]>([
    [
      'without the column',
      { 'a.csv': table(rows(9)) },
      { columns: { label: 'star' } },
      /a\.csv: has no column "star" for the labels \(--label-column\)\. Did you mean stars\? It has review/,
    ],
    [
      'with an empty text',
      { 'a.csv': table([...rows(3), ' ,fine,u,train']) },
      {},
      /a\.csv:5: the column review is empty\. Fill it in or remove the row\./,
    ],
    [
      'with one class',
      { 'a.csv': table(['a,x,u,train', 'b,x,u,train', 'c,x,u,train']) },
      {},
      /has the label "x"/,
    ],
    [
      'with a class for every row',
      { 'a.csv': table(rows(30).map((row, index) => row.replace(/(fine|grim),u/, `id${index},u`))) },
      {},
      /every one of the 27 training rows has a label of its own\. Check --label-column/,
    ],
    [
      'with too many classes',
      {
        'a.csv': table(
          Array.from({ length: 2 * MOST_CLASSES }, (_, row) => `fine,${row % (MOST_CLASSES + 1)},u,train`),
        ),
      },
      {},
      /its first 1001 rows have more than 1000 classes\./,
    ],
    [
      'with a split column without test rows',
      { 'a.csv': table(['a,x,u,train', 'b,y,u,train']) },
      { columns: { split: 'part' } },
      /has no test rows\. Name test rows/,
    ],
    [
      'with an unknown split',
      { 'a.csv': table(['a,x,u,later']) },
      { columns: { split: 'part' } },
      /a\.csv:2: the column part is "later", which is no split/,
    ],
    [
      'with a score that is no number',
      { 'a.csv': table(['a,1,u,train', 'b,much,u,train']) },
      { columns: { score: 'stars' } },
      /a\.csv:3: the column stars is "much", which is not a finite number/,
    ],
    [
      'with the same score in every row',
      { 'a.csv': table(['a,3,u,train', 'b,3,u,train', 'c,3,u,train']) },
      { columns: { score: 'stars' } },
      /every training row has the score 3/,
    ],
    [
      'of a folder without tables',
      { 'a.txt': 'x' },
      {},
      /own: holds no table\. Name files that end in \.csv/,
    ],
    [
      'of a folder with a file whose split is unclear',
      { 'train.csv': table(rows(4)), 'more.csv': table(rows(4)) },
      {},
      /more\.csv: its name says neither train nor test/,
    ],
    ['with a header only', { 'a.csv': `${HEADER}\n` }, {}, /holds no rows/],
    [
      'that is not there',
      {},
      { place: 'nowhere.csv' },
      /nowhere\.csv: is not there\. Check the path after --data/,
    ],
  ])('%s', async (_, files, others, line) => {
    expect(await bad(files, others)).toMatch(line);
  });
});
