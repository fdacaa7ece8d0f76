import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { type HubServer, startHubServer } from '#test/support/hub-server.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = tinyModelAndData();
const folder = sharedScratchFolder(files);
const outputs = sharedScratchFolder();
const cache = join(outputs, 'cache');
let server: HubServer;

beforeAll(async () => {
  server = await startHubServer(files);
});
afterAll(() => server.stop());

/** A run with a model on the hub; the working folder has no folder of that name. */
const runFrom = (model: string, out: string, env: Readonly<Record<string, string>> = {}) =>
  airtune(['run', ...tinyArguments(folder), '--model', model, '--out', out], {
    cwd: outputs,
    env: { HF_ENDPOINT: server.url, AIRTUNE_CACHE: cache, ...env },
  });

const modelOf = (out: string) => JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')).config.model;

test('a run fetches its model, and its result says which commit of it', async () => {
  const out = join(outputs, 'fetched');
  const { exitCode, stderr } = await runFrom('hf:tiny/model', out);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain('fetching tiny/model@0123456789ab model.safetensors');
  const { directory, hub } = modelOf(out);
  expect(directory).toBe(join(cache, 'tiny--model', server.commit));
  expect(hub).toMatchObject({ name: 'tiny/model', commit: server.commit });
  expect(hub.sha256['model.safetensors']).toMatch(/^[0-9a-f]{64}$/);
  const adapter = JSON.parse(readFileSync(join(out, 'adapter/adapter_config.json'), 'utf8'));
  expect(adapter.base_model_name_or_path).toBe('tiny/model');
});

test('the same run from a folder ends in the same adapter and heads', async () => {
  const out = join(outputs, 'local');
  await airtune(['run', ...tinyArguments(folder), '--out', out]);
  const {
    'adapter/adapter_config.json': _,
    'best/adapter/adapter_config.json': _best,
    ...local
  } = trainedFiles(out);
  expect(trainedFiles(join(outputs, 'fetched'))).toMatchObject(local);
});

test('without a network, a cached commit is used, and a branch is refused at once', async () => {
  const offline = { HF_HUB_OFFLINE: '1' };
  const pinned = join(outputs, 'pinned');
  const { exitCode, stderr } = await runFrom(`tiny/model@${server.commit}`, pinned, offline);
  expect(exitCode, stderr).toBe(0);
  expect(modelOf(pinned).hub.commit).toBe(server.commit);

  const asked = server.requests.length;
  const refused = join(outputs, 'refused');
  const branch = await runFrom('tiny/model', refused, offline);
  expect(branch.exitCode).toBe(7);
  expect(branch.stderr).toMatch(/tiny\/model@main.*HF_HUB_OFFLINE.*Name a directory instead/);
  expect(branch.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(refused)).toBe(false);
  expect(server.requests).toHaveLength(asked);
});

test('a model that is missing in the cache is fetched again at the same commit, to predict and to export', async () => {
  rmSync(cache, { recursive: true });
  const env = { HF_ENDPOINT: server.url, AIRTUNE_CACHE: cache };
  const out = join(outputs, 'fetched');
  const predicted = await airtune(['predict', out, '--text', 'fine'], { env });
  expect(predicted.exitCode, predicted.stderr).toBe(0);
  const exported = await airtune(['export', out, '--to', join(outputs, 'exported')], { env });
  expect(exported.exitCode, exported.stderr).toBe(0);
  expect(exported.stderr).not.toContain('fetching');
});

test('a folder of the name goes before a model on the hub', async () => {
  const asked = server.requests.length;
  const parent = sharedParent();
  const out = join(outputs, 'folder-first');
  const { exitCode, stderr } = await airtune(
    ['run', ...tinyArguments(folder), '--model', parent.name, '--out', out],
    { cwd: parent.directory, env: { HF_ENDPOINT: server.url, AIRTUNE_CACHE: cache } },
  );
  expect(exitCode, stderr).toBe(0);
  expect(modelOf(out).hub).toBeUndefined();
  expect(server.requests).toHaveLength(asked);
});

/** The model's folder as a path from two levels above it, which looks like a name on a hub. */
function sharedParent() {
  const parts = folder.split(/[\\/]/);
  return { directory: join(folder, '../..'), name: parts.slice(-2).join('/') };
}
