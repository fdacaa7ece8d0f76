import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** What each room may import from, beside itself. A part of shared/ counts as a room. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'shared/errors.ts': [],
  'shared/nearest-name.ts': [],
  'shared/create-folder.ts': [],
  'shared/random': [],
  'shared/channel': ['shared/random', 'shared/errors.ts'],
  'shared/scheduling': ['shared/channel', 'shared/random', 'shared/errors.ts', 'shared/nearest-name.ts'],
  'shared/model': ['shared/random', 'shared/errors.ts', 'shared/nearest-name.ts', 'shared/create-folder.ts'],
  'shared/data': ['shared/model', 'shared/random', 'shared/errors.ts', 'shared/nearest-name.ts'],
  'shared/cloud': ['shared/random', 'shared/errors.ts', 'shared/create-folder.ts'],
  'shared/config': [
    'shared/channel',
    'shared/scheduling',
    'shared/model',
    'shared/data',
    'shared/errors.ts',
    'shared/nearest-name.ts',
  ],
  'shared/protocol': ['shared/config', 'shared/model', 'shared/errors.ts'],
  'shared/preparation': [
    'shared/protocol',
    'shared/config',
    'shared/data',
    'shared/model',
    'shared/cloud',
    'shared/errors.ts',
  ],
  functions: ['shared'],
  emulator: ['functions', 'shared'],
  study: ['emulator', 'functions', 'shared'],
  local: ['shared'],
  quickstart: ['shared'],
  cli: ['study', 'emulator', 'functions', 'shared', 'local'],
  // The functions' code is bundled by path, not imported; their settings are what both must agree on.
  cdk: ['shared', 'functions', 'local', 'emulator/parameters'],
  bench: ['cli', 'cdk', 'study', 'emulator', 'functions', 'shared', 'local'],
  test: ['cli', 'cdk', 'study', 'emulator', 'functions', 'shared', 'local', 'quickstart', 'bench'],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = globSync('{shared,functions,emulator,study,local,quickstart,cli,cdk,bench,test}/**/*.ts', {
  cwd: ROOT,
});
const imports: readonly Import[] = files.flatMap((file) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
  return [...found].map(([, target]) => ({ file, target }));
});

function roomOf(path: string): string {
  const [first, second] = path.split('/');
  return first === 'shared' && second !== undefined ? `${first}/${second}` : first;
}

const within = imports.filter(({ target }) => target.startsWith('.'));
const packages = imports.filter(({ target }) => !target.startsWith('.'));

describe('dependencies point one way', () => {
  test('every room is in the table', () => {
    const rooms = new Set(files.map(roomOf));
    expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  test('no room imports one above it', () => {
    const wrong = within.filter(({ file, target }) => {
      const from = roomOf(file);
      const path = relative(ROOT, join(ROOT, dirname(file), target));
      const allowed = [from, ...MAY_IMPORT[from]];
      return !allowed.some((room) => path === room || path.startsWith(`${room}/`));
    });
    expect(wrong).toEqual([]);
  });

  test('no two rooms import each other, nor any ring of them', () => {
    const reaches = (from: string, to: string, seen: Set<string>): boolean =>
      MAY_IMPORT[from].some((next) => {
        if (next === to) return true;
        if (seen.has(next) || !(next in MAY_IMPORT)) return false;
        seen.add(next);
        return reaches(next, to, seen);
      });
    expect(Object.keys(MAY_IMPORT).filter((room) => reaches(room, room, new Set()))).toEqual([]);
  });
});

describe('the world is reached in one place each', () => {
  test('only shared/cloud/aws imports an AWS client', () => {
    const outside = packages.filter(
      ({ file, target }) =>
        /^@(aws-sdk|smithy)\//.test(target) && !/^(shared\/cloud\/aws|test|bench)\//.test(file),
    );
    expect(outside).toEqual([]);
  });

  test('only the emulator and what runs on it know virtual time', () => {
    const outside = within.filter(
      ({ file, target }) =>
        /emulator\/(simulation|virtual-clock)\.ts$/.test(target) &&
        !/^(emulator|study|test|bench)\//.test(file),
    );
    expect(outside).toEqual([]);
  });

  test('only adapters, entry points and the command line read the clock or draw unseeded numbers', () => {
    const allowed =
      /^(cli|bench|test|local|shared\/cloud\/(node|aws|file)|functions\/([a-z]+\/(index|health)|common\/lambda-entry)\.ts)/;
    const outside = files.filter(
      (file) =>
        !allowed.test(file) &&
        /Date\.now\(|new Date\(\)|Math\.random\b/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(outside).toEqual([]);
  });
});

test('modules are imported by relative path or package name, with their extension', () => {
  expect(within.filter(({ target }) => !/\.(ts|json)$/.test(target))).toEqual([]);
});
