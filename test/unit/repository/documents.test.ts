import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allCommands } from '#cli/commands/command-table.ts';
import { navigation } from '#site/navigation.ts';
import { sitePage } from '#site/site-page.ts';
import { airtuneCalls, NEEDS, shellBlocks } from '#test/support/docs/shell-blocks.ts';
import { TestTerminal } from '#test/support/test-terminal.ts';

const ROOT = join(import.meta.dirname, '../../..');
const DOCS = join(ROOT, 'docs');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const documents = [...globSync('*.md', { cwd: ROOT }), ...globSync('{docs,examples}/**/*.md', { cwd: ROOT })];

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
    const commands = await allCommands(new TestTerminal());
    const unknown = documents
      .filter((file) => file !== 'CHANGELOG.md')
      .flatMap((file) =>
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

  test('name the requirements of a block of commands in known words', () => {
    const needs = globSync('docs/*.md', { cwd: ROOT }).flatMap((file) =>
      shellBlocks(read(file)).flatMap((block) => block.needs ?? []),
    );
    expect(needs.filter((need) => !NEEDS.some((known) => known === need))).toEqual([]);
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
      '    AWS_PROFILE=me npx airtune run --set a=b \\',
      '        --out=x   # --not-this',
      '```sh',
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
