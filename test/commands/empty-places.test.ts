import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allCommands } from '#cli/commands/command-table.ts';
import { airtune } from '#test/support/airtune.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { TestTerminal } from '#test/support/test-terminal.ts';

/** A folder with files of the names that a run or a study would write or delete. */
function preciousFolder(): string {
  const folder = scratchFolder({ 'run.json': 'mine', 'plan.json': 'mine', 'result.json': 'mine' });
  mkdirSync(join(folder, 'state'));
  writeFileSync(join(folder, 'state/precious'), 'mine');
  return folder;
}

test.each([
  ['run', ['--out', '']],
  ['run', ['--out=  ']],
  ['run', ['--resume', '']],
  ['study', ['--out', '']],
  ['study', ['--resume', '']],
  ['export', ['adapter', '--to', '']],
  ['report', ['']],
])('airtune %s %j is refused and changes nothing', async (command, options) => {
  const folder = preciousFolder();
  const { exitCode, stderr } = await airtune([command, ...options], { cwd: folder });
  expect(stderr).toMatch(/^airtune: \S+: is empty\. .*\n$/);
  expect(exitCode).toBe(2);
  expect(readdirSync(folder).sort()).toEqual(['plan.json', 'result.json', 'run.json', 'state']);
  expect(readFileSync(join(folder, 'state/precious'), 'utf8')).toBe('mine');
});

/** Options and arguments with empty values. */
const NO_PLACE =
  /^[<[](n|k|r|name|which|text|path=value|path=v1,v2,\.\.\.|a,b,\.\.\.|mode|function|id|value|kind|shell|names|list|accuracy)[>\]]$/;

test('every option that names a place refuses an empty value', async () => {
  const unguarded: string[] = [];
  for (const command of await allCommands(new TestTerminal())) {
    const name = command.name();
    const parts = [
      ...command.options.map(({ flags, parseArg }) => ({ flags, parseArg })),
      ...command.registeredArguments.map((argument) => ({
        flags: argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
        parseArg: argument.parseArg,
      })),
    ];
    for (const { flags, parseArg } of parts) {
      const value = /[<[].*[>\]]$/.exec(flags)?.[0];
      if (value === undefined || NO_PLACE.test(value)) continue;
      if (parseArg === undefined || !refusesEmpty(parseArg)) unguarded.push(`${name} ${flags}`);
    }
  }
  expect(unguarded).toEqual([]);
});

function refusesEmpty(parse: (value: string, previous: never) => unknown): boolean {
  try {
    Reflect.apply(parse, undefined, ['', undefined]);
    return false;
  } catch {
    return true;
  }
}

test('a folder that was there before stays when a run cannot be prepared, one made for it goes', async () => {
  const folder = scratchFolder();
  const model = join(folder, 'no-model');
  const mine = scratchFolder();
  const refused = ['run', '--model', model, '--data', folder, '--out'];
  expect((await airtune([...refused, mine])).exitCode).not.toBe(0);
  expect(readdirSync(mine)).toEqual([]);
  expect((await airtune([...refused, join(folder, 'a/b/c')])).exitCode).not.toBe(0);
  expect(existsSync(join(folder, 'a'))).toBe(false);
});
