import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '#cli/commands/command-table.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const START = join(ROOT, 'bin/airtune.cjs');

/** Prints the address of every module that Node loads to the error output. */
const PRINT_LOADS = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) });
`)}`;

const filesLoadedBy = (...args: readonly string[]) => filesLoadedFrom(START, args);

function filesLoadedFrom(program: string, args: readonly string[]): readonly string[] {
  const { stderr, status } = spawnSync(process.execPath, ['--import', PRINT_LOADS, program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(status).toBe(0);
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('file:') && !line.includes('/node_modules/commander/'));
}

test.each([['--help'], ['--version'], ['help']])('airtune %s loads no command and no schema', (argument) => {
  const loaded = filesLoadedBy(argument);
  expect(loaded.filter((url) => /\/cli\/commands\/(?!command-table)|\/node_modules\//.test(url))).toEqual([]);
  expect(loaded.length).toBeLessThan(14);
});

test('a command loads no other command', () => {
  const commands = filesLoadedBy('stop', '--help').filter((url) => url.includes('/cli/commands/'));
  expect(commands.map((url) => url.split('/').at(-1))).toEqual(['command-table.ts', 'stop.ts']);
});

test('schedule loads the policies, and no schema, table or plug-in', () => {
  const round = {
    bandwidthHz: 1e7,
    noiseWattsPerHz: 4e-21,
    powerWatts: 0.1,
    payloadBits: 1e6,
    channelGain: [1e-11, 3e-12],
    delayBudgetSeconds: 0.2,
    controlV: 0.01,
    queueSeconds: 0,
  };
  const file = join(scratchFolder({ 'round.json': JSON.stringify(round) }), 'round.json');
  const loaded = filesLoadedBy('schedule', file);
  const packages = loaded.flatMap((url) => /\/node_modules\/([^/]+)/.exec(url)?.[1] ?? []);
  expect(new Set(packages)).toEqual(new Set(['flatqueue', 'pure-rand', 'quickselect']));
  expect(loaded.length).toBeLessThan(90);
});

test('a run in this process loads no AWS client, and neither page nor cost model before its end; what options need, with them', () => {
  const loaded = filesLoadedBy('run', '--help');
  expect(loaded.filter((url) => /\/node_modules\/@(aws-sdk|smithy)\//.test(url))).toEqual([]);
  expect(loaded.filter((url) => /\/(run\/report|run\/cost|emulator\/modelled)\//.test(url))).toEqual([]);
  expect(loaded.filter((url) => /\/(node_modules\/yaml|report\/live|export)\//.test(url))).toEqual([]);
});

test.each([
  ['run', '--help'],
  ['study', '--help'],
])('%s loads the files that Node finds by itself', (...args) => {
  const byNode = filesLoadedFrom(join(ROOT, 'cli/airtune.ts'), args);
  const ofBin = (url: string) => url.includes('/bin/') || url.endsWith('/package.json');
  expect(
    filesLoadedBy(...args)
      .filter((url) => !ofBin(url))
      .sort(),
  ).toEqual([...byNode].sort());
});

test('--help lists every command with its summary', () => {
  const help = execFileSync(process.execPath, [START, '--help'], { encoding: 'utf8' }).replaceAll(
    /\s+/g,
    ' ',
  );
  for (const [name, { summary }] of Object.entries(COMMANDS)) expect(help).toContain(`${name} ${summary}`);
});

test('help on a command is the same as --help of it', () => {
  const print = (...args: readonly string[]) =>
    execFileSync(process.execPath, [START, ...args], { encoding: 'utf8' });
  expect(print('help', 'stop')).toBe(print('stop', '--help'));
});

test('on an older Node one line says which one is needed', () => {
  const folder = scratchFolder({
    'package.json': JSON.stringify({ version: '1.2.3', engines: { node: '>=999.1' } }),
  });
  mkdirSync(join(folder, 'bin'));
  copyFileSync(START, join(folder, 'bin/airtune.cjs'));
  const { stderr, stdout, status } = spawnSync(process.execPath, [join(folder, 'bin/airtune.cjs'), 'run'], {
    encoding: 'utf8',
  });
  expect(stderr).toBe(
    `airtune: version 1.2.3 needs Node 999.1 or newer; this is Node ${process.versions.node}. Install a newer one, for example from https://nodejs.org.\n`,
  );
  expect(stdout).toBe('');
  expect(status).toBe(2);
});
