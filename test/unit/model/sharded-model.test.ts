import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergedModel } from '#cli/export/merged-model.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { tinyAdapter, writeAdapterFolder } from '#test/support/adapted-tiny-bert.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { shardedModelFiles, shardName } from '#test/support/sharded-model.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { modelFiles, tinyBertTensors } from '#test/support/tiny-bert.ts';

type Files = Record<string, string | Uint8Array>;

const INDEX = 'model.safetensors.index.json';
const SECOND = shardName(2, 3);
const tensors = tinyBertTensors();
const files = shardedModelFiles(tensors, 3, (index) => 1 + (index % 3));

const lineOf = (changed: Files) => rejectedLine(readModelDirectory(scratchFolder(changed)));

/** The files with another index. */
function withIndex(change: (places: Record<string, string>) => unknown): Files {
  const { weight_map: places } = JSON.parse(String(files[INDEX]));
  return { ...files, [INDEX]: JSON.stringify({ weight_map: change(places) }) };
}

/** The files with other tensors in the second shard. */
function withSecond(
  change: (held: Map<string, { shape: readonly number[]; data: Float32Array }>) => void,
): Files {
  const held = new Map([...tensors].filter((_, index) => index % 3 === 1));
  change(held);
  return { ...files, [SECOND]: writeSafetensors(held) };
}

const [, [second]] = [...tensors];

describe('weights in shards', () => {
  it('are left alone where one file holds them all, as transformers does', async () => {
    const folder = scratchFolder({ ...files, ...modelFiles(tinyBertTensors(undefined, true, 2)) });
    const { tensors: read } = await readModelDirectory(folder);
    expect([...read]).toEqual([...tinyBertTensors(undefined, true, 2)]);
  });

  it('are the tensors that the index assigns to each shard; other tensors in a shard are ignored', async () => {
    const stray = { shape: [1], data: Float32Array.of(9) };
    const folder = scratchFolder(
      withSecond((held) => held.set([...tensors.keys()][0], stray).set('encoder.layer.9.stray', stray)),
    );
    expect([...(await readModelDirectory(folder)).tensors]).toEqual([...tensors]);
  });

  it('are exported as one file', async () => {
    const folder = scratchFolder(files);
    writeAdapterFolder(join(folder, 'adapter'), tinyAdapter());
    const { files: merged } = await mergedModel(folder, join(folder, 'adapter'));
    expect([...merged.keys()]).toEqual(['config.json', 'model.safetensors']);
    const weights = readSafetensors(merged.get('model.safetensors') ?? new Uint8Array(), 'merged');
    expect([...weights.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
  });
});

describe('weights in shards are refused, naming', () => {
  it('a shard that is missing', async () => {
    const { [SECOND]: _, ...others } = files;
    expect(await lineOf(others)).toMatch(new RegExp(`${SECOND}: cannot be read\\. ${INDEX} names it`));
  });

  it('a tensor that the index places in a shard that lacks it', async () => {
    expect(await lineOf(withSecond((held) => held.delete(second)))).toMatch(
      new RegExp(`${SECOND}: holds no tensor ${second}, which ${INDEX} places there`),
    );
  });

  it('a tensor that the index places nowhere', async () => {
    const line = await lineOf(withIndex(({ [second]: _, ...others }) => others));
    expect(line).toContain(`${INDEX}: tensor ${second} is missing`);
  });

  it('a shard that is cut off', async () => {
    const cut = { ...files, [SECOND]: files[SECOND].slice(0, -10) };
    expect(await lineOf(cut)).toMatch(new RegExp(`${SECOND}: is truncated inside tensor`));
  });

  it.each([
    ['misshapen', { shape: [3], data: new Float32Array(3) }, /has shape \[3\], expected/],
    [
      'not finite',
      { ...tensors.get(second), data: tensors.get(second)?.data.map(() => Number.NaN) },
      /holds NaN/,
    ],
  ])('a tensor that is %s, and its shard', async (_, value, words) => {
    const { shape = [], data = new Float32Array() } = value;
    const line = await lineOf(withSecond((held) => held.set(second, { shape, data })));
    expect(line).toContain(`${SECOND}: tensor ${second} `);
    expect(line).toMatch(words);
  });

  it.each(['../elsewhere.safetensors', '/etc/passwd', 'sub/model.safetensors', 'weights.bin'])(
    'a place that is no shard beside the index: %s',
    async (shard) => {
      const line = await lineOf(withIndex((places) => ({ ...places, [second]: shard })));
      expect(line).toContain(`${INDEX}: places tensor ${second} in "${shard}"`);
    },
  );

  it.each([
    ['no JSON', '{', 'is not valid JSON'],
    ['no map', '{"metadata": {}}', 'weight_map'],
    ['an empty map', '{"weight_map": {}}', 'places no tensor'],
  ])('an index that is %s', async (_, index, words) => {
    const line = await lineOf({ ...files, [INDEX]: index });
    expect(line).toContain(INDEX);
    expect(line).toContain(words);
  });
});
