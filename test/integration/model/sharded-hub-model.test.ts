import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fetchModel } from '#shared/model/hub/fetch-model.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { accessTo, testHub } from '#test/support/hub-access.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { shardedModelFiles, shardName } from '#test/support/sharded-model.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { modelFiles, tinyBertTensors } from '#test/support/tiny-bert.ts';

const MAIN = { name: 'tiny/model', revision: 'main' };
const files = shardedModelFiles(tinyBertTensors(), 2, (index) => 1 + (index % 2));
const SECOND = shardName(2, 2);

it('a model in shards is fetched with its index and every shard that it names', async () => {
  const server = await testHub({ ...files, 'model-00003-of-00003.safetensors': 'not wanted' });
  const { directory, sha256 } = await fetchModel(MAIN, accessTo(server, scratchFolder()));
  expect(Object.keys(sha256)).toEqual([
    'config.json',
    'model.safetensors.index.json',
    shardName(1, 2),
    SECOND,
  ]);
  expect([...(await readModelDirectory(directory)).tensors]).toEqual([...tinyBertTensors()]);
});

it('a model that is there in shards and in one file is fetched as that', async () => {
  const server = await testHub({ ...files, ...modelFiles(tinyBertTensors()) });
  const { sha256 } = await fetchModel(MAIN, accessTo(server, scratchFolder()));
  expect(Object.keys(sha256)).toEqual(['config.json', 'model.safetensors']);
});

it('a model that lacks a shard leaves nothing in the cache', async () => {
  const { [SECOND]: _, ...others } = files;
  const cache = scratchFolder();
  const line = await rejectedLine(fetchModel(MAIN, accessTo(await testHub(others), cache)));
  expect(line).toMatch(/has no model-00002-of-00002\.safetensors, which its model\.safetensors\.index\.json/);
  expect(readdirSync(join(cache, 'tiny--model'))).toEqual([]);
});

it('a shard that was altered on its way leaves nothing in the cache', async () => {
  const cache = scratchFolder();
  const server = await testHub(files, { [SECOND]: 'altered' });
  expect(await rejectedLine(fetchModel(MAIN, accessTo(server, cache)))).toMatch(
    /model-00002.*came with the hash/,
  );
  expect(readdirSync(join(cache, 'tiny--model'))).toEqual([]);
});
