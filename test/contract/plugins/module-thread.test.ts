import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openModuleThread } from '#shared/plugins/module-thread.ts';
import type { PluginOpening } from '#shared/plugins/open-plugin.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { openPluginContract } from './open-plugin.contract.ts';

const folder = sharedScratchFolder();

const module = (name: string, source: string): string => {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
};

const definition = (plan: string, rest = '') =>
  `export default { interfaceVersion: 1, name: 'sample', ${rest} plan(round: { value: number }, settings: any) { ${plan} } };\n`;

openPluginContract(
  'in a thread',
  {
    good: module(
      'good.ts',
      definition(
        'return { value: round.value * settings.factor };',
        'settings: (zod: any) => zod.object({ factor: zod.number().default(2) }),',
      ),
    ),
    throws: module('throws.ts', definition("throw new Error('out of ideas');")),
    // An endless loop: no promise could end it.
    hangs: module('hangs.ts', definition('for (;;);')),
    version: module('version.ts', "export default { interfaceVersion: 99, name: 'sample', plan() {} };\n"),
  },
  openModuleThread,
);

const OPENING: PluginOpening = {
  kind: { word: 'policy', interfaceVersion: 1, method: 'plan', settingsPath: 's', timeoutPath: 't' },
  subject: 'policy sample',
  settings: {},
  loadTimeoutSeconds: 60,
  timeoutSeconds: 60,
  log: () => {},
};

test.each([
  [
    'an import of what is not there',
    "import 'not-installed';\n",
    /cannot be imported: .*not-installed.*Install/,
  ],
  [
    'a syntax error',
    'export default {{;\n',
    /cannot be imported: SyntaxError.* \(bad-a-syntax-error\.ts:1\)/,
  ],
  ['no default export', 'export const policy = {};\n', /has no default export\. Write: export default/],
  ['no name', 'export default { interfaceVersion: 1, plan() {} };\n', /has the name undefined/],
  [
    'a misspelt function',
    "export default { interfaceVersion: 1, name: 'x', paln() {} };\n",
    /no function plan\. Is paln/,
  ],
  ['an import that ends the thread', 'process.exit(0);\n', /ended its thread/],
])('a module with %s is named in one line', async (_, source, line) => {
  const path = module(`bad-${_.replaceAll(' ', '-')}.ts`, source);
  const text = await rejectedLine(openModuleThread(path, OPENING));
  expect(text).toMatch(/^policy sample: /);
  expect(text).toMatch(line);
});

test('a syntax error in JavaScript, whose place Node does not tell, names the command that shows it', async () => {
  const path = module('bad.js', '\nexport default {{;\n');
  expect(await rejectedLine(openModuleThread(path, OPENING))).toMatch(
    /cannot be imported: SyntaxError.*`node --check bad\.js` shows the place/,
  );
});

test('an import that never ends is ended', async () => {
  const path = module('waits.ts', 'await new Promise(() => {});\n');
  const line = await rejectedLine(openModuleThread(path, { ...OPENING, loadTimeoutSeconds: 0.5 }));
  expect(line).toMatch(/^policy sample: was not loaded within 0\.5 s\./);
});

test('a thread that the plug-in ends is a fault of that call and of all later ones', async () => {
  const plugin = await openModuleThread(module('exits.ts', definition('process.exit(1);')), OPENING);
  expect(await rejectedLine(plugin.call([{}, {}], 'round 1'))).toMatch(/round 1: ended its thread/);
  expect(await rejectedLine(plugin.call([{}, {}], 'round 2'))).toMatch(/round 2: ended its thread/);
  await plugin.close();
});

test('output of a plug-in reaches the log and not standard output', async () => {
  const lines: string[] = [];
  const path = module('prints.ts', definition("console.log('hello'); return 1;"));
  const plugin = await openModuleThread(path, {
    ...OPENING,
    timeoutSeconds: 60,
    log: (line) => lines.push(line),
  });
  await plugin.call([{}, {}], 'round 1');
  await plugin.close();
  expect(lines).toEqual(['hello']);
});
