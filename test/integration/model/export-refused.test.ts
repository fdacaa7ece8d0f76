import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergedModel } from '#cli/export/merged-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { modelAndAdapter } from '#test/support/adapted-tiny-bert.ts';
import { airtune } from '#test/support/airtune.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { modelFiles, randomTensor, TINY_BERT, tinyBertTensors } from '#test/support/tiny-bert.ts';

const tensors = tinyBertTensors();

describe('an export is refused', () => {
  it('into a folder that is not empty, which does not change', async () => {
    const folder = modelAndAdapter();
    const target = scratchFolder({ 'precious.txt': 'mine' });
    const { exitCode, stderr } = await airtune(['export', folder, '--model', folder, '--to', target]);
    expect(exitCode).toBe(8);
    expect(stderr).toMatch(/not empty.*--to/);
    expect(readdirSync(target)).toEqual(['precious.txt']);
  });

  it('without an adapter, and leaves nothing behind', async () => {
    const folder = scratchFolder(modelFiles(tensors));
    const { exitCode, stderr } = await airtune([
      'export',
      folder,
      '--model',
      folder,
      '--to',
      join(folder, 'to'),
    ]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('adapter_config.json');
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors']);
  });

  it('without a model where no run names one', async () => {
    const folder = modelAndAdapter();
    const { exitCode, stderr } = await airtune(['export', folder, '--to', join(folder, 'to')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--model');
  });

  it('for a model that lacks an adapted layer, named', async () => {
    const folder = modelAndAdapter(modelFiles(tinyBertTensors(TINY_BERT, false)));
    expect(await rejectedLine(mergedModel(folder, join(folder, 'adapter')))).toContain('pooler.dense');
  });

  it('for a head that the adapter brings and the model lacks, or has in another shape', async () => {
    const head = randomTensor([2, 8], 6);
    const line = (has: NamedTensors) => {
      const folder = modelAndAdapter(
        modelFiles(new Map([...tensors, ...has])),
        new Map([['classifier.weight', head]]),
      );
      return rejectedLine(mergedModel(folder, join(folder, 'adapter')));
    };
    expect(await line(new Map())).toMatch(/classifier\.weight \[2, 8\], which the model lacks/);
    const other = new Map([['classifier.weight', randomTensor([3, 8], 6)]]);
    expect(await line(other)).toMatch(
      /classifier\.weight \[2, 8\], which the model has in the shape \[3, 8\]/,
    );
  });

  it('for an adapter that is cut off', async () => {
    const folder = modelAndAdapter();
    const path = join(folder, 'adapter', 'adapter_model.safetensors');
    writeFileSync(path, readFileSync(path).subarray(0, -10));
    expect(await rejectedLine(mergedModel(folder, join(folder, 'adapter')))).toContain(path);
  });
});
