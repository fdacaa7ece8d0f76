import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchModel } from '#shared/model/hub/fetch-model.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { accessTo, testHub } from '#test/support/hub-access.ts';
import type { HubFault } from '#test/support/hub-server.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { tinyModelAndData } from '#test/support/tiny-run.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const files: Files = { ...tinyModelAndData(), 'pytorch_model.bin': 'not wanted', 'README.md': '# model' };
const MAIN = { name: 'tiny/model', revision: 'main' };

const hub = (faults: Readonly<Record<string, HubFault>> = {}, of: Files = files) => testHub(of, faults);

describe('a model on a hub', () => {
  it('is fetched into the cache with its commit and hashes, only the files of a model directory', async () => {
    const server = await hub();
    const cache = scratchFolder();
    const said: string[] = [];
    const { directory, commit, sha256 } = await fetchModel(
      MAIN,
      accessTo(server, cache, (line) => said.push(line)),
    );
    expect(directory).toBe(join(cache, 'tiny--model', server.commit));
    expect(commit).toBe(server.commit);
    expect(Object.keys(sha256)).toEqual([
      'config.json',
      'model.safetensors',
      'vocab.txt',
      'tokenizer_config.json',
    ]);
    expect(said).toHaveLength(4);
    for (const name of Object.keys(sha256)) {
      expect(readFileSync(join(directory, name))).toEqual(Buffer.from(files[name]));
    }
    await readModelDirectory(directory);
  });

  it('is not fetched again while its branch stays where it is', async () => {
    const server = await hub();
    const access = accessTo(server, scratchFolder());
    const first = await fetchModel(MAIN, access);
    const before = server.requests.length;
    expect(await fetchModel(MAIN, access)).toEqual(first);
    expect(server.requests.slice(before)).toEqual(['/api/models/tiny/model/revision/main']);
  });

  it('needs no network when it is named by a commit that is cached', async () => {
    const server = await hub();
    const access = accessTo(server, scratchFolder());
    const first = await fetchModel(MAIN, access);
    await server.stop();
    const before = server.requests.length;
    expect(await fetchModel({ ...MAIN, revision: server.commit }, access)).toEqual(first);
    expect(server.requests).toHaveLength(before);
  });

  it('that was changed in the cache is noticed', async () => {
    const server = await hub();
    const access = accessTo(server, scratchFolder());
    const { directory } = await fetchModel(MAIN, access);
    const path = join(directory, 'vocab.txt');
    writeFileSync(path, 'else');
    expect(await rejectedLine(fetchModel(MAIN, access))).toContain(
      `${path}: differs from the file that was fetched`,
    );
  });
});

describe('a failed fetch leaves no file in the cache', () => {
  it.each([
    [
      'cut off by the network',
      'model.safetensors',
      'cut off',
      /tiny\/model@main: http.*did not answer as it should/,
    ],
    [
      'shorter than announced',
      'model.safetensors',
      'shorter',
      /model\.safetensors: came with \d+ of \d+ bytes/,
    ],
    ['altered, a large file', 'model.safetensors', 'altered', /model\.safetensors: came with the hash/],
    ['altered, a small file', 'config.json', 'altered', /config\.json: came with the hash/],
  ] as const)('%s', async (_, name, fault, line) => {
    const server = await hub({ [name]: fault });
    const cache = scratchFolder();
    expect(await rejectedLine(fetchModel(MAIN, accessTo(server, cache)))).toMatch(line);
    expect(readdirSync(join(cache, 'tiny--model'))).toEqual([]);
  });

  it.each([
    ['a model that is not there', { ...MAIN, name: 'tiny/other' }, /tiny\/other@main.*no such model/],
    [
      'a revision that is not there',
      { ...MAIN, revision: 'v9' },
      /tiny\/model@v9.*no such model or revision/,
    ],
    ['a model without permission', { ...MAIN, name: 'private/model' }, /permission \(HTTP 401\).*HF_TOKEN/],
  ])('%s', async (_, id, line) => {
    const cache = scratchFolder();
    expect(await rejectedLine(fetchModel(id, accessTo(await hub(), cache)))).toMatch(line);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('a model of another format', async () => {
    const { 'model.safetensors': _, ...others } = files;
    const line = await rejectedLine(fetchModel(MAIN, accessTo(await hub({}, others), scratchFolder())));
    expect(line).toMatch(/tiny\/model@0123.*has no model\.safetensors/);
  });

  it('any model, when the hub does not respond: at once and with a remedy', async () => {
    const server = await hub();
    await server.stop();
    const cache = scratchFolder();
    const line = await rejectedLine(fetchModel(MAIN, accessTo(server, cache)));
    expect(line).toMatch(/ECONNREFUSED.*Name a directory instead/);
    expect(existsSync(join(cache, 'tiny--model'))).toBe(false);
  });
});
