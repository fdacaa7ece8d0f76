import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { airtune, type CommandOptions } from '#test/support/airtune.ts';
import { scratchFolder, sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

/** The rows of the tables, by a reader: train.tsv and dev.tsv of the folder that --data names. */
const TABLES = `
import { readFileSync } from 'node:fs';
export default {
  interfaceVersion: 1,
  name: 'tables',
  settings: (zod) => zod.object({ words: zod.number().int().positive().default(100) }),
  async *read({ directory }, { words }) {
    for (const [file, split] of [['train.tsv', 'train'], ['dev.tsv', 'dev']]) {
      const lines = readFileSync(directory + '/' + file, 'utf8').trimEnd().split('\\n').slice(1);
      for (const [index, line] of lines.entries()) {
        const [text, label] = line.split('\\t');
        yield { text: text.split(' ').slice(0, words).join(' '), label, split, user: index % 3, source: file + ':' + (index + 2) };
      }
    }
  },
};
`;

const folder = sharedScratchFolder({ ...tinyModelAndData(), 'tables.js': TABLES });
/** Beside the data, whose folder is searched for tables. */
const outputs = sharedScratchFolder();
const OWN = ['--task', 'text', '--set', 'data.reader=./tables.js'];
const run = (args: readonly string[], options: CommandOptions = {}) =>
  airtune(['run', ...tinyArguments(folder), ...args], { cwd: folder, ...options });

describe('a reader plug-in', () => {
  test('gives the same bytes as the same rows in tables, and continues after an interruption', async () => {
    const own = await run([...OWN, '--out', join(outputs, 'own')]);
    expect(own.exitCode, own.stderr).toBe(0);
    expect(own.stderr).toMatch(/data: \d+ training and 12 test examples; 2 labels: 0 \d+ %, 1 \d+ %/);
    const ofTables = await run([
      '--task',
      'text',
      '--text-column',
      'sentence',
      '--out',
      join(outputs, 'of-tables'),
    ]);
    expect(ofTables.exitCode, ofTables.stderr).toBe(0);
    expect(trainedFiles(join(outputs, 'own'))).toEqual(trainedFiles(join(outputs, 'of-tables')));
    const { plugins } = JSON.parse(readFileSync(join(outputs, 'own', 'result.json'), 'utf8'));
    expect(plugins.reader).toMatchObject({ name: 'tables', settings: { words: 100 } });
    const interruptWhen = /^round 1\/3/m;
    expect((await run([...OWN, '--out', join(outputs, 'stopped')], { interruptWhen })).exitCode).toBe(130);
    const resumed = await airtune(['run', '--resume', join(outputs, 'stopped')]);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(trainedFiles(join(outputs, 'stopped'))).toEqual(trainedFiles(join(outputs, 'own')));
  });

  test('deals rows out by a field, and has settings', async () => {
    const settings = ['--device-column', 'user', '--set', 'data.readerSettings.words=1'];
    const out = join(folder, 'by-user');
    const { exitCode, stderr } = await run([...OWN, ...settings, '--out', out]);
    expect(exitCode, stderr).toBe(0);
    const { data } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
    expect(data.tokens.longest).toBe(3);
  });

  test('of images gives bytes of files or pixels', async () => {
    const place = scratchFolder(tinyViTAndImages());
    const png = await sharp({ create: { width: 9, height: 7, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    writeFileSync(join(place, 'red.png'), png);
    writeFileSync(
      join(place, 'pixels.mjs'),
      `import { readFileSync } from 'node:fs';
       export default {
         interfaceVersion: 1,
         name: 'pixels',
         *read({ directory }) {
           for (let index = 0; index < 20; index++) {
             yield { image: readFileSync(directory + '/red.png'), label: 'red' };
             yield { image: { width: 4, height: 4, channels: 1, data: new Uint8Array(16).fill(index) }, label: 'dark' };
           }
         },
       };`,
    );
    const size = [
      '--devices',
      '3',
      '--rounds',
      '1',
      '--batch-size',
      '2',
      '--lora-rank',
      '2',
      '--engine',
      'tfjs',
    ];
    const model = [
      '--model',
      place,
      '--set',
      'model.features=first-token',
      '--set',
      'lora.targets=[query, value]',
    ];
    const data = ['--task', 'images', '--data', place, '--set', `data.reader=${join(place, 'pixels.mjs')}`];
    const out = join(place, 'out');
    const { exitCode, stderr } = await airtune(['run', ...model, ...data, ...size, '--out', out]);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/data: 36 training and 4 test examples; 2 labels: dark/);
  });

  test('of another task is refused', async () => {
    const { exitCode, stderr } = await run(['--set', 'data.reader=./tables.js', '--out', 'refused']);
    expect(stderr).toMatch(/data\.reader: is for the tasks text and images; sst2 has its own files/);
    expect(exitCode).toBe(2);
  });
});
