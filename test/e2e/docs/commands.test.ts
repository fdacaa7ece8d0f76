import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPython } from '#local/find-python.ts';
import {
  bareCommand,
  type CommandBlock,
  codeBlocks,
  commandBlocks,
  withoutNumbers,
} from '#test/support/docs/command-blocks.ts';
import { COMMANDS_NOT_RUN } from '#test/support/docs/commands-not-run.ts';
import { documentPages } from '#test/support/docs/document-pages.ts';
import { PAGE_SETUPS } from '#test/support/docs/page-setups.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PAGE_TIME_LIMIT_MS = 900_000;

/** The page that every run of the tests follows; the full run follows all of them. */
const FIRST_PAGE = 'docs/start.md';

const isNotRun = (command: string): boolean =>
  COMMANDS_NOT_RUN.some((listed) => listed.command === bareCommand(command));

const pages = documentPages().flatMap((page) => {
  const blocks = commandBlocks(readFileSync(join(ROOT, page), 'utf8')).map(({ commands, output }) => ({
    commands: commands.filter((command) => !isNotRun(command)),
    output,
  }));
  return blocks.some(({ commands }) => commands.length > 0) ? [{ page, blocks }] : [];
});

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a script as a reader would type it, with this checkout as the installed airtune. */
function run(folder: string, script: string, environment: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        ...environment,
        PATH: [join(folder, '.programs'), process.env.PATH].join(delimiter),
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

async function readersFolder(page: string): Promise<string> {
  const folder = scratchFolder();
  mkdirSync(join(folder, '.programs'));
  const npx = `#!/bin/sh\nshift\nexec '${process.execPath}' '${join(ROOT, 'bin/airtune.cjs')}' "$@"\n`;
  writeFileSync(join(folder, '.programs/npx'), npx, { mode: 0o755 });
  const python = await findPython(10);
  if (python !== undefined) symlinkSync(python.command, join(folder, '.programs/python'));
  for (const { info, text } of codeBlocks(readFileSync(join(ROOT, page), 'utf8'))) {
    if (/^[\w-]+\.\w+$/.test(info)) writeFileSync(join(folder, info), text);
  }
  return folder;
}

async function follow(page: string, blocks: readonly CommandBlock[]): Promise<void> {
  const { prepare, before = [], replaced = [] } = PAGE_SETUPS[page] ?? {};
  const folder = await readersFolder(page);
  const { environment = {}, replaced: addresses = [] } = (await prepare?.(folder)) ?? {};
  const adapted = (text: string): string =>
    [...replaced, ...addresses].reduce((script, [found, by]) => script.replaceAll(found, () => by), text);
  for (const command of before) {
    const { status, output } = await run(folder, command, environment);
    expect(status, `${command}\n${output}`).toBe(0);
  }
  for (const { commands, output: shown } of blocks) {
    if (commands.length === 0) continue;
    const script = adapted(commands.join('\n'));
    const { status, output } = await run(folder, script, environment);
    expect(status, `${script}\n${output}`).toBe(0);
    const printed = output.split('\n').map(withoutNumbers);
    expect(printed, script).toEqual(expect.arrayContaining(shown.map(withoutNumbers)));
  }
}

test('a reader can start with the first page', async () => {
  const first = pages.find(({ page }) => page === FIRST_PAGE);
  await follow(FIRST_PAGE, first?.blocks ?? []);
  expect(first).toBeDefined();
});

describe.runIf(fullRunOnly('the commands of the documents'))('the commands of', () => {
  test.each(pages.filter(({ page }) => page !== FIRST_PAGE))(
    '$page',
    ({ page, blocks }) => follow(page, blocks),
    PAGE_TIME_LIMIT_MS,
  );
});
