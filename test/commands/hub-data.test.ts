import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { type HubServer, startHubServer } from '#test/support/hub-server.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const folder = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const cache = join(outputs, 'cache');
let server: HubServer;

/** A split in Parquet, with class names as the datasets library writes them. */
function split(rows: number): Uint8Array {
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const features = { label: { names: ['bad', 'good'], _type: 'ClassLabel' } };
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'text', data: numbers.map((row) => (row % 2 === 0 ? 'grim cold' : 'fine warm')) },
        { name: 'label', data: numbers.map((row) => row % 2), type: 'INT32' },
      ],
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
    }),
  );
}

beforeAll(async () => {
  const files = {
    'README.md': '# Reviews',
    'data/train-00000-of-00001.parquet': split(40),
    'data/validation-00000-of-00001.parquet': split(10),
    'more/train-00000-of-00001.parquet': split(6),
  };
  server = await startHubServer(files, {}, 'dataset');
});
afterAll(() => server.stop());

const runOn = (data: string, more: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  airtune(
    [
      ...['run', '--model', folder, '--task', 'text', '--data', data, '--devices', '3', '--rounds', '2'],
      ...['--batch-size', '2', '--lora-rank', '2', '--engine', 'tfjs', '--set', 'data.maxTokens=8', ...more],
    ],
    { cwd: outputs, env: { HF_ENDPOINT: server.url, AIRTUNE_CACHE: cache, ...env } },
  );

const SUBSET = ['--set', 'data.subset=data'];
const first = join(outputs, 'first');

test('a data set on a hub is fetched, and the result says which commit of it', async () => {
  const { exitCode, stderr } = await runOn('hf:tiny/data', [...SUBSET, '--out', first]);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain('fetching tiny/data@0123456789ab data/train-00000-of-00001.parquet');
  expect(stderr).not.toContain('more/train');
  expect(stderr).toMatch(/data: 40 training and 10 test examples; 2 labels: bad 50 %, good 50 %/);
  const { config, labelNames } = JSON.parse(readFileSync(join(first, 'result.json'), 'utf8'));
  expect(labelNames).toEqual(['bad', 'good']);
  expect(config.data.hub).toMatchObject({ name: 'tiny/data', commit: server.commit });
  expect(config.data.directory).toContain(server.commit);
});

test('a cached commit needs no network, and a repeated run fetches a lost one again', async () => {
  const offline = { HF_HUB_OFFLINE: '1' };
  const pinned = join(outputs, 'pinned');
  const { exitCode, stderr } = await runOn(
    `hf:tiny/data@${server.commit}`,
    [...SUBSET, '--out', pinned],
    offline,
  );
  expect(exitCode, stderr).toBe(0);
  expect(trainedFiles(pinned)).toEqual(trainedFiles(first));

  rmSync(cache, { recursive: true });
  const again = join(outputs, 'again');
  const repeated = await airtune(['run', '--config', join(first, 'result.json'), '--out', again], {
    cwd: outputs,
    env: { HF_ENDPOINT: server.url, AIRTUNE_CACHE: cache },
  });
  expect(repeated.exitCode, repeated.stderr).toBe(0);
  expect(trainedFiles(again)).toEqual(trainedFiles(first));
});

test('several subsets without a choice, a missing data set and an invalid name are each reported in one line', async () => {
  const several = await runOn('hf:tiny/data', ['--out', join(outputs, 'several')]);
  expect(several.stderr).toMatch(/has the subsets data, more\. Name one with --set data\.subset=NAME\./);
  expect(several.exitCode).toBe(3);
  const missing = await runOn('hf:no/where', ['--out', join(outputs, 'missing')]);
  expect(missing.stderr).toMatch(/has no such data set or revision\. Check the name after --data\./);
  const unnamed = await runOn('hf:where', ['--out', join(outputs, 'unnamed')]);
  expect(unnamed.stderr).toMatch(/hf:where is not the name of a data set\. Write hf:owner\/name/);
});
