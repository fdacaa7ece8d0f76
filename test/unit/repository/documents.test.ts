import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allCommands } from '#cli/commands/command-table.ts';
import { navigation } from '#site/navigation.ts';
import { sitePage } from '#site/site-page.ts';
import {
  airtuneCalls,
  bareCommand,
  codeBlocks,
  commandBlocks,
  namedPrograms,
  recordedCommands,
  withoutNumbers,
} from '#test/support/docs/command-blocks.ts';
import { COMMANDS_NOT_RUN } from '#test/support/docs/commands-not-run.ts';
import { documentPages } from '#test/support/docs/document-pages.ts';
import { PAGE_SETUPS } from '#test/support/docs/page-setups.ts';

const ROOT = join(import.meta.dirname, '../../..');
const DOCS = join(ROOT, 'docs');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const documents = documentPages();

/** Languages of the blocks that no test reads as commands. */
const OTHER_LANGUAGES = ['csv', 'mermaid', 'python', 'text', 'ts', 'yaml'];

/** First words of commands. */
const COMMAND =
  /^\s*(?:\$ |(?:\w+=\S* )*(?:airtune|aws|cd|cp|docker|git|mkdir|node|npm|npx|pip|python3?|source)\s)/;

/** Options of the program itself. */
const GLOBAL_OPTIONS = ['--verbose', '--quiet', '--help', '--version'];

describe('documents', () => {
  test('link to files that are there', () => {
    const dead = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\(([^)\s:#]+)(?:#[^)\s]*)?\)/g)]
        .filter(([, target]) => !existsSync(join(ROOT, dirname(file), target)))
        .map(([, target]) => `${file}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  test('call commands with options that they have', async () => {
    const commands = await allCommands();
    const unknown = documents.flatMap((file) =>
      airtuneCalls(read(file)).flatMap(({ command: name, options }) => {
        if (name === 'help') return [];
        const command = commands.find((one) => one.name() === name);
        // Recipes of CONTRIBUTING.md add commands.
        if (command === undefined) return file === 'CONTRIBUTING.md' ? [] : [`${file}: airtune ${name}`];
        const known = [...command.options.map(({ long }) => long), ...GLOBAL_OPTIONS];
        return options
          .filter((option) => !known.includes(option))
          .map((option) => `${file}: airtune ${name} ${option}`);
      }),
    );
    expect(unknown).toEqual([]);
  });

  test('hold no code but fenced blocks with a language, and no commands but in sh and console blocks', () => {
    const faults = documents.flatMap((file) => {
      const page = read(file);
      const outside = page.replaceAll(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/.+/g, ''));
      const indented = outside
        .split('\n')
        .flatMap((line, index) => (/^( {4}|\t)/.test(line) ? [`${file}:${index + 1}: indented`] : []));
      const others = codeBlocks(page)
        .filter(({ language }) => language !== 'sh' && language !== 'console')
        .flatMap(({ language, text, line }) => [
          ...(OTHER_LANGUAGES.includes(language) ? [] : [`${file}:${line}: language "${language}"`]),
          ...(text.split('\n').some((each) => COMMAND.test(each)) ? [`${file}:${line}: a command`] : []),
        ]);
      return [...indented, ...others];
    });
    expect(faults).toEqual([]);
  });

  test('show recorded commands that are listed as not run', () => {
    const listed = COMMANDS_NOT_RUN.map(({ command }) => command);
    const recorded = documents.flatMap((file) => recordedCommands(read(file)));
    expect(recorded.filter((command) => !listed.includes(bareCommand(command)))).toEqual([]);
  });

  test('hold every command that is listed as not run, and every text that a test replaces', () => {
    const commands = new Map(
      documents.map((file) => {
        const page = read(file);
        return [file, [...commandBlocks(page).flatMap((block) => block.commands), ...recordedCommands(page)]];
      }),
    );
    const bare = new Set([...commands.values()].flat().map(bareCommand));
    expect(COMMANDS_NOT_RUN.filter(({ command }) => !bare.has(command))).toEqual([]);
    const missing = Object.entries(PAGE_SETUPS).flatMap(([file, { replaced = [] }]) =>
      replaced.flatMap(([found]) =>
        commands.get(file)?.some((command) => command.includes(found)) ? [] : [`${file}: ${found}`],
      ),
    );
    expect(missing).toEqual([]);
    const tests = COMMANDS_NOT_RUN.flatMap((entry) => ('testedBy' in entry ? [entry.testedBy] : []));
    expect(tests.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('name scripts and programs that are there', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    const unknown = documents.flatMap((file) => {
      const named = namedPrograms(read(file));
      return [
        ...named.scripts.filter((name) => scripts[name] === undefined),
        ...named.files.filter((name) => !name.startsWith('node_modules/') && !existsSync(join(ROOT, name))),
      ].map((name) => `${file}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  test('show the examples as they are', () => {
    const shown = [
      ...read('docs/library.md').matchAll(/`(examples\/[\w-]+\.mts)`:\n\n```ts\n([\s\S]*?)^```$/gm),
    ];
    expect(shown.map(([, file]) => file).sort()).toEqual(globSync('examples/*.mts', { cwd: ROOT }).sort());
    for (const [, file, code] of shown) expect(code, file).toBe(read(file));
  });
});

describe('calls of airtune in a page', () => {
  test('are found in blocks and within lines, with their options', () => {
    const page = [
      'Use `airtune run --resume out` or `npx airtune status RUN`, or `airtune` alone.',
      '',
      '```sh',
      'AWS_PROFILE=me npx airtune run --set a=b \\',
      '    --out=x   # --not-this',
      'npx airtune channel --devices 5 | npx airtune schedule - --policy all',
      '```',
    ].join('\n');
    expect(airtuneCalls(page)).toEqual([
      { command: 'run', options: ['--resume'] },
      { command: 'status', options: [] },
      { command: 'run', options: ['--set', '--out'] },
      { command: 'channel', options: ['--devices'] },
      { command: 'schedule', options: ['--policy'] },
    ]);
  });
});

describe('blocks of commands', () => {
  const page = [
    '```sh',
    'npx airtune run --out a \\',
    '    --rounds 2   # a comment',
    'for one in a b; do',
    '  echo "#$one"',
    'done',
    '```',
    '',
    '```text',
    'round 1: 1,234 of 2.5',
    '```',
    '```sh run',
    'airtune hello',
    '```',
    '```console',
    '$ node a.ts',
    'printed',
    '```',
  ].join('\n');

  test('have commands with their continuations, and the output that follows', () => {
    const [block, ...others] = commandBlocks(page);
    expect(others).toEqual([]);
    expect(block.commands[0]).toBe('npx airtune run --out a \\\n    --rounds 2   # a comment');
    expect(block.commands.map(bareCommand)).toEqual([
      'npx airtune run --out a --rounds 2',
      'for one in a b; do',
      'echo "#$one"',
      'done',
    ]);
    expect(block.output).toEqual(['round 1: 1,234 of 2.5']);
    expect(recordedCommands(page)).toEqual(['node a.ts']);
  });

  test('compare output without its numbers', () => {
    expect(withoutNumbers('  round 1: 1,234 of 2.5')).toBe('round #: # of #');
    expect(withoutNumbers('loss 1e-3 %')).toBe(withoutNumbers('loss 9e-8 %'));
  });
});

describe("the site's navigation", () => {
  const pages = navigation(DOCS).flatMap(({ items }) => items);

  test('has every page of docs/ once, each with a file', () => {
    const files = globSync('*.md', { cwd: DOCS }).map((file) => `/${file.slice(0, -'.md'.length)}`);
    expect(pages.map(({ link }) => link).sort()).toEqual(files.filter((link) => link !== '/index').sort());
  });

  test('begins with the guides, in the order of the index', () => {
    const [guides] = navigation(DOCS);
    const section = /## Guides\n+((?:- .*\n)+)/.exec(readFileSync(join(DOCS, 'index.md'), 'utf8'))?.[1] ?? '';
    const listed = [...section.matchAll(/\]\((.*?)\.md\)/g)].map(([, name]) => `/${name}`);
    expect(guides.text).toBe('Guides');
    expect(guides.items[0]).toEqual({ text: 'Start', link: '/start' });
    expect(guides.items.map(({ link }) => link)).toEqual(listed);
  });

  test('links out of docs/ become text, others and pictures stay', () => {
    const page =
      'See [the rooms](../ARCHITECTURE.md#rooms), [control](../control.md), ![a](../../b.svg), [w](https://a.b/).';
    expect(sitePage('decisions/0001.md', page.replace('../ARCH', '../../ARCH'))).toBe(
      'See the rooms, [control](../control.md), ![a](../../b.svg), [w](https://a.b/).',
    );
  });
});
