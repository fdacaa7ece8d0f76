import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { expectRefusal, tinyFolderWith } from '#test/support/refused-run.ts';
import { tinyArguments } from '#test/support/tiny-run.ts';

interface FaultyKind {
  readonly word: string;
  readonly method: string;
  /** Options that name a plug-in. */
  readonly named: (file: string) => readonly string[];
  /** The setting of a time limit of 1 s. */
  readonly limit: string;
  /** Where its first call belongs, in errors. */
  readonly place: string;
  /** Name, body and error of functions that return what cannot be used. */
  readonly bad: readonly (readonly [name: string, body: string, line: string])[];
}

/** The kinds beside policies, which have their own tests: how a run names one, and bodies of its function. */
const KINDS: readonly FaultyKind[] = [
  {
    word: 'channel',
    method: 'gains',
    named: (file: string) => ['--set', `channel.model=${file}`],
    limit: 'channel.modelTimeoutSeconds=1',
    // The law of the channel is drawn first.
    place: 'round 4, after the last',
    bad: [
      ['returns NaN', 'return [1, NaN, 1];', 'gave device 1 the gain NaN; it must be finite and above 0.'],
      ['returns 0', 'return [0, 1, 1];', 'gave device 0 the gain 0;'],
      ['returns too few', 'return [1];', 'returned 1 gains for 3 devices.'],
    ],
  },
  {
    word: 'optimizer',
    method: 'update',
    named: (file: string) => ['--set', `server.optimizer=${file}`],
    limit: 'server.optimizerTimeoutSeconds=1',
    place: 'round 1',
    bad: [
      [
        'returns NaN',
        'const [name] = Object.keys(input.parameters); input.parameters[name][3] = NaN; return input;',
        'returned NaN at index 3 of parameter ',
      ],
      [
        'returns another shape',
        'return { parameters: Object.fromEntries(Object.keys(input.parameters).map((name) => [name, new Float32Array(1)])) };',
        'returned 1 values of parameter ',
      ],
      ['returns nothing', '', 'returned nothing. Return { parameters: {...}, state: {...} }.'],
    ],
  },
  {
    word: 'reader',
    method: 'read',
    named: (file: string) => ['--task', 'text', '--set', `data.reader=${file}`],
    limit: 'data.readerTimeoutSeconds=1',
    place: 'after example 0',
    bad: [
      [
        'yields an empty text',
        "return [{ text: 'a', label: 'x' }, { text: '', label: 'x', source: 'a.xml:7' }];",
        'example 2 (a.xml:7): has an empty text.',
      ],
      ['yields NaN as a label', "return [{ text: 'a', label: NaN }];", 'example 1: has the label NaN.'],
      ['returns no rows', 'return 7;', 'what it returned cannot be iterated'],
    ],
  },
];

describe.each(KINDS)('a plug-in of the kind $word that cannot be used is one line', (kind) => {
  const { word, method, named, limit, place: where, bad } = kind;
  const definition = (body: string): string =>
    `export default { interfaceVersion: 1, name: 'bad', ${method}(input) { ${body} } };\n`;

  test.each([
    ['a file that is not there', undefined, /: there is no file .*bad\.js/],
    [
      'a missing package',
      "import 'not-installed';\n",
      /: cannot be imported: .*not-installed.* Install the package/,
    ],
    [
      'another interface version',
      definition('').replace('Version: 1', 'Version: 9'),
      /: is of interface version 9; this airtune calls version 1\./,
    ],
  ])('before the run: %s', async (_, source, line) => {
    const place = tinyFolderWith(source === undefined ? {} : { 'bad.js': source });
    await expectRefusal(
      place,
      named(join(place, 'bad.js')),
      11,
      new RegExp(`^airtune: ${word} bad\\.js${line.source}`),
    );
  });

  test.each<readonly [string, string, string]>([
    ['throws', "throw new Error('no idea');", `, ${where}: ${method}() threw no idea (bad.js:1).`],
    ['loops', 'for (;;);', `, ${where}: ${method}() did not return within 1 s.`],
    ...bad,
  ])('while it works: one that %s', async (_, body, line) => {
    const place = tinyFolderWith({ 'bad.js': definition(body) });
    const { exitCode, stderr } = await airtune([
      ...['--quiet', 'run', ...tinyArguments(place), ...named(join(place, 'bad.js')), '--set', limit],
      ...['--out', join(place, 'out')],
    ]);
    expect(stderr).toMatch(new RegExp(`^airtune: ${word} bad\\.js, `));
    expect(stderr).toContain(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(exitCode).toBe(11);
  });
});
