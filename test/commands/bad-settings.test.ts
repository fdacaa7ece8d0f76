import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { expectRefusal, tinyFolderWith } from '#test/support/refused-run.ts';

test('an unknown setting names its nearest neighbour', () =>
  expectRefusal(
    tinyFolderWith(),
    ['--set', 'scheduling.polcy=exact'],
    2,
    /scheduling\.polcy.*scheduling\.policy/,
  ));

test('a setting out of range is named', () =>
  expectRefusal(tinyFolderWith(), ['--rounds', '-3'], 2, /training\.rounds/));

test.each([
  [['--endpoint', 'http://127.0.0.1:9'], '--endpoint'],
  [['--deployment', 'lab'], '--deployment'],
  [['--region', 'eu-central-1'], '--region'],
  [['--detach'], '--detach'],
])('%s is refused in a run of this process, not ignored', (options, name) =>
  expectRefusal(
    tinyFolderWith(),
    options,
    2,
    new RegExp(`^airtune: ${name}: has no effect without --target aws`),
  ),
);

test('a graphics card asked for by name is not replaced in silence', () =>
  expectRefusal(
    tinyFolderWith(),
    ['--engine', 'tfjs', '--set', 'server.provider=cuda'],
    2,
    /provider cuda: is for engine onnx/,
  ));

test('a schedule of V that rises is named before a study writes its folder', async () => {
  const out = join(tinyFolderWith(), 'study');
  const setting = 'scheduling.controlV={kind: list, values: [1, 2, 3]}';
  const { exitCode, stderr } = await airtune(['study', '--set', setting, '--out', out]);
  expect(stderr).toMatch(/^airtune: --set: scheduling\.controlV\.values\.1 is 2: /);
  expect(exitCode).toBe(2);
  expect(existsSync(out)).toBe(false);
});

test.each(['utf16le', 'utf8'] as const)(
  'a settings file with a byte order mark is read: %s',
  async (encoding) => {
    const text = Buffer.from('\uFEFFtraining: { roundz: 3 }', encoding);
    const folder = tinyFolderWith({ 'marked.yaml': text });
    await expectRefusal(
      folder,
      ['--config', join(folder, 'marked.yaml')],
      2,
      /Did you mean training\.rounds\?/,
    );
  },
);

test('an unknown preset names its nearest neighbour', () =>
  expectRefusal(tinyFolderWith(), ['--preset', 'quikstart'], 2, /quikstart.*quickstart/));

test('a settings file that is neither JSON nor YAML is named', async () => {
  const folder = tinyFolderWith({ 'bad.yaml': 'a: [1, 2' });
  await expectRefusal(folder, ['--config', join(folder, 'bad.yaml')], 2, /bad\.yaml.*neither JSON nor YAML/);
});

test('a model without its data is answered with the option that names them, and the other way round', async () => {
  const folder = tinyFolderWith();
  const run = (...args: readonly string[]) => airtune(['run', ...args, '--out', join(folder, 'out')]);
  const withoutData = await run('--model', folder);
  expect(withoutData.stderr).toMatch(/^airtune: --data \(data\.directory\): is not given\. Name .*\n$/);
  const withoutModel = await run('--data', folder);
  expect(withoutModel.stderr).toMatch(/^airtune: --model \(model\.directory\): is not given\. Name .*\n$/);
  expect([withoutData.exitCode, withoutModel.exitCode]).toEqual([2, 2]);
});

test.each([
  [['nonsense'], /^airtune: unknown command 'nonsense'/],
  [['run', '--nope'], /^airtune: unknown option '--nope'/],
  [['run', '--polcy', 'exact'], /^airtune: unknown option '--polcy'. Did you mean --policy\?\n$/],
])('%j is refused as a setting is', async (args, line) => {
  const { exitCode, stderr } = await airtune(args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(line);
});
