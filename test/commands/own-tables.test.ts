import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRunResult } from '#shared/protocol/run-result.ts';
import { airtune } from '#test/support/airtune.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const QUICKSTART = join(import.meta.dirname, '../../quickstart');

/** The quick start's training rows as a spreadsheet of three users' reviews. */
function reviews(): string {
  const rows = readFileSync(join(QUICKSTART, 'data/train.tsv'), 'utf8').trimEnd().split('\n').slice(1, 301);
  const lines = rows.map((row, index) => {
    const [text, label] = row.split('\t');
    return `"${text}";${label === '1' ? 'good' : 'bad'};user ${index % 3}`;
  });
  return `\uFEFFreview;stars;who\r\n${lines.join('\r\n')}\r\n`;
}

const MODEL = ['--model', join(QUICKSTART, 'model'), '--set', 'data.maxTokens=32'];

test('a table of one’s own is trained in one command, told about before, and predicted from', async () => {
  const folder = scratchFolder({ 'reviews.csv': reviews() });
  const table = join(folder, 'reviews.csv');
  const out = join(folder, 'out');
  const run = await airtune([
    ...['run', '--task', 'text', '--data', table, '--text-column', 'review', '--label-column', 'stars'],
    ...['--device-column', 'who', '--devices', '3', '--rounds', '2', ...MODEL, '--out', out],
  ]);
  expect(run.stderr).toMatch(/data: 270 training and 30 test examples; 2 labels: bad \d+ %, good \d+ %/);
  expect(run.exitCode).toBe(0);
  const result = parseRunResult(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')), out);
  expect(result.labelNames).toEqual(['bad', 'good']);
  expect(result.data).toMatchObject({ trainExamples: 270, testExamples: 30, unusedExamples: 0 });

  const predicted = await airtune(['predict', out, '--file', table]);
  const lines = predicted.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(300);
  expect(JSON.parse(lines[0])).toMatchObject({ label: expect.stringMatching(/^(good|bad)$/) });
});

test('a missing column is named in one line', async () => {
  const folder = scratchFolder({ 'reviews.csv': reviews() });
  const out = join(folder, 'out');
  const run = await airtune([
    ...['--quiet', 'run', '--task', 'text', '--data', join(folder, 'reviews.csv')],
    ...['--text-column', 'reviews', '--label-column', 'stars', ...MODEL, '--out', out],
  ]);
  expect(run.stderr).toMatch(/reviews\.csv: has no column "reviews" for the texts .*Did you mean review\?/);
  expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(run.exitCode).toBe(3);
});

test('options of tables without the task say which task takes them', async () => {
  const run = await airtune(['run', '--label-column', 'stars']);
  expect(run.stderr).toMatch(/data\.columns: the task sst2 does not use it\. .* --task text/);
  expect(run.exitCode).toBe(2);
});
