import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeAll, expect, test } from 'vitest';
import { readTrace } from '#shared/channel/trace/read-trace.ts';
import { traceGains, traceRounds, traceSettings } from '#shared/channel/trace/trace-settings.ts';
import { loadExamples } from '#shared/preparation/load-examples.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { fuzz } from './support/fuzz.ts';
import { mutate } from './support/mutate.ts';

const model = sharedScratchFolder(tinyModelAndData());
const scratch = sharedScratchFolder();
const whole = sharedScratchFolder();

const TEXTS = ['fine warm', 'grim', 'calm, "kind"', 'dull cold', 'glad', 'harsh mean'];
const REVIEWS = TEXTS.map((review, index) => ({ review, stars: index % 2, user: `u${index % 3}` }));
const REVIEW_FILES = ['reviews.csv', 'reviews.tsv', 'reviews.jsonl', 'reviews.parquet'];

const GAINS = [0, 1, 2].flatMap((device) =>
  [1, 2, 3, 4].map((round) => ({ device, round, gainDb: -80.5 - device - round })),
);
const TIMES = GAINS.map(({ device, round, gainDb }) => ({
  device,
  timeSeconds: round * 1.5,
  snrDb: gainDb + 90,
}));
const TRACE_FILES = ['gains.csv', 'gains.parquet', 'times.jsonl', 'times.csv'];

type Row = Readonly<Record<string, string | number>>;

function delimited(rows: readonly Row[], delimiter: string): string {
  const cell = (value: string | number) =>
    delimiter === ',' && /[",]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value;
  const lines = rows.map((row) => Object.values(row).map(cell).join(delimiter));
  return `${[Object.keys(rows[0]).join(delimiter), ...lines].join('\n')}\n`;
}

function parquet(rows: readonly Row[]): Uint8Array {
  const columnData = Object.keys(rows[0]).map((name) => ({ name, data: rows.map((row) => row[name]) }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

beforeAll(() => {
  const jsonLines = (rows: readonly Row[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'reviews.csv': delimited(REVIEWS, ','),
    'reviews.tsv': delimited(REVIEWS, '\t'),
    'reviews.jsonl': jsonLines(REVIEWS),
    'reviews.parquet': parquet(REVIEWS),
    'gains.csv': delimited(GAINS, ','),
    'gains.parquet': parquet(GAINS),
    'times.csv': delimited(TIMES, ';'),
    'times.jsonl': jsonLines(TIMES),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(whole, name), content);
});

/** The path of a damaged copy of a file. */
function damaged(name: string, random: Parameters<typeof mutate>[1]): string {
  const path = join(scratch, name);
  writeFileSync(path, mutate(readFileSync(join(whole, name)), random));
  return path;
}

test.each(REVIEW_FILES)('a table of texts: %s', async (name) => {
  const columns = { text: 'review', label: 'stars' };
  await fuzz(
    name,
    (random) => {
      const byUser = random.integer(2) === 0 ? { partition: { kind: 'column', column: 'user' } } : {};
      const data = { directory: damaged(name, random), task: 'text', maxTokens: 8, columns, ...byUser };
      return loadExamples(tinyConfig(model, { data }), TINY_BERT);
    },
    ({ train, test: testing, labelNames }) => {
      expect(train.labels.length + testing.labels.length).toBeLessThanOrEqual(2 * TEXTS.length);
      for (const { labels } of [train, testing]) {
        if (labels.some((label) => label < 0 || label >= labelNames.length)) throw new Error('an odd label');
      }
    },
  );
});

test.each(TRACE_FILES)('a channel trace: %s', async (name) => {
  await fuzz(
    `trace ${name}`,
    (random) => readTrace(damaged(name, random), [1, 0.5, 1e-3, 1e9][random.integer(4)]),
    (trace) => {
      traceSettings.parse(trace);
      expect(Number.isInteger(traceRounds(trace))).toBe(true);
      const radio = {
        bandwidthHz: 1e7,
        noiseWattsPerHz: 4e-21,
        powerWatts: new Float64Array(trace.devices).fill(0.1),
      };
      for (const gain of traceGains(trace, radio, traceRounds(trace) - 1)) {
        if (!(Number.isFinite(gain) && gain > 0)) throw new Error(`a gain of ${gain}`);
      }
    },
  );
});
