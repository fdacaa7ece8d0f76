import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  fileCircles,
  forbiddenImports,
  importsOf,
  type RoomTable,
  roomOf,
  roomsInRings,
} from '#test/support/repository/import-graph.ts';
import { sourceFiles } from '#test/support/repository/source-files.ts';

const ROOT = join(import.meta.dirname, '../../..');

const ENGINE = 'shared/model/engine';
const ONNX = `${ENGINE}/onnx`;

/** Rooms of the onnx engine. */
const onnx = (...rooms: readonly string[]) => rooms.map((room) => `${ONNX}/${room}`);

/** Rooms that each room may import from, in addition to itself. A part of shared/ counts as a room. */
const MAY_IMPORT: RoomTable = {
  'shared/printable.ts': [],
  'shared/errors.ts': ['shared/printable.ts'],
  'shared/nearest-name.ts': [],
  'shared/create-folder.ts': [],
  'shared/read-file.ts': ['shared/errors.ts', 'shared/text-file.ts'],
  'shared/version.ts': [],
  'shared/is-there.ts': [],
  'shared/environment.ts': [],
  'shared/names-of.ts': [],
  'shared/quoted.ts': [],
  'shared/hash-bytes.ts': [],
  'shared/time-limit.ts': [],
  'shared/text-file.ts': [],
  'shared/random': [],
  'shared/channel': [
    'shared/plugins',
    'shared/tables',
    'shared/random',
    'shared/errors.ts',
    'shared/names-of.ts',
    'shared/quoted.ts',
    'shared/text-file.ts',
  ],
  'shared/plugins': ['shared/random', 'shared/errors.ts', 'shared/nearest-name.ts', 'shared/quoted.ts'],
  'shared/scheduling': [
    'shared/channel',
    'shared/plugins',
    'shared/random',
    'shared/errors.ts',
    'shared/names-of.ts',
    'shared/nearest-name.ts',
  ],
  'shared/model': [
    `${ENGINE}/encoder-engine.ts`,
    `${ENGINE}/layout`,
    'shared/plugins',
    'shared/random',
    'shared/errors.ts',
    'shared/nearest-name.ts',
    'shared/quoted.ts',
    'shared/create-folder.ts',
    'shared/read-file.ts',
    'shared/text-file.ts',
    'shared/time-limit.ts',
  ],
  [`${ENGINE}/encoder-engine.ts`]: ['shared/model/tensor.ts'],
  [`${ENGINE}/require-batch.ts`]: [`${ENGINE}/encoder-engine.ts`, 'shared/model', 'shared/errors.ts'],
  [`${ENGINE}/require-dora.ts`]: [`${ENGINE}/precision.ts`, 'shared/model', 'shared/errors.ts'],
  [`${ENGINE}/precision.ts`]: ['shared/errors.ts'],
  [`${ENGINE}/layout`]: [],
  // The layers of the onnx engine, lowest first.
  [`${ONNX}/format`]: ['shared/model'],
  [`${ONNX}/spec`]: [...onnx('format'), `${ENGINE}/layout`, 'shared/model'],
  [`${ONNX}/layers`]: [...onnx('spec', 'format'), `${ENGINE}/layout`, 'shared/model', 'shared/errors.ts'],
  [`${ONNX}/session`]: [...onnx('spec', 'format'), 'shared/model', 'shared/errors.ts'],
  [`${ONNX}/graphs`]: [
    ...onnx('layers', 'session', 'spec', 'format'),
    `${ENGINE}/layout`,
    'shared/model',
    'shared/errors.ts',
  ],
  [`${ONNX}/memory`]: [...onnx('spec'), 'shared/model', 'shared/errors.ts'],
  [`${ONNX}/padded`]: [
    ...onnx('graphs', 'memory', 'session', 'spec'),
    `${ENGINE}/encoder-engine.ts`,
    'shared/model',
  ],
  [`${ONNX}/packed`]: [
    ...onnx('graphs', 'memory', 'session', 'spec'),
    `${ENGINE}/encoder-engine.ts`,
    `${ENGINE}/layout`,
    'shared/model',
  ],
  [ONNX]: [
    ...onnx('padded', 'packed', 'memory', 'spec'),
    `${ENGINE}/encoder-engine.ts`,
    `${ENGINE}/require-batch.ts`,
    'shared/model',
    'shared/errors.ts',
  ],
  [`${ENGINE}/torch`]: [
    `${ENGINE}/encoder-engine.ts`,
    `${ENGINE}/require-batch.ts`,
    `${ENGINE}/require-dora.ts`,
    `${ENGINE}/precision.ts`,
    'shared/model',
    'shared/errors.ts',
  ],
  [ENGINE]: [
    ONNX,
    `${ENGINE}/torch`,
    `${ENGINE}/encoder-engine.ts`,
    `${ENGINE}/require-batch.ts`,
    `${ENGINE}/require-dora.ts`,
    `${ENGINE}/precision.ts`,
    `${ENGINE}/layout`,
    'shared/model',
    'shared/plugins',
    'shared/errors.ts',
  ],
  'shared/tables': ['shared/errors.ts', 'shared/nearest-name.ts', 'shared/quoted.ts', 'shared/read-file.ts'],
  'shared/data': [
    'shared/plugins',
    'shared/tables',
    'shared/model',
    'shared/random',
    'shared/errors.ts',
    'shared/nearest-name.ts',
    'shared/read-file.ts',
    'shared/quoted.ts',
    'shared/text-file.ts',
    'shared/time-limit.ts',
  ],
  'shared/cloud': [
    'shared/errors.ts',
    'shared/create-folder.ts',
    'shared/hash-bytes.ts',
    'shared/read-file.ts',
  ],
  'shared/workload': ['shared/cloud', 'shared/model', 'shared/protocol'],
  'shared/config': [
    'shared/channel',
    'shared/scheduling',
    'shared/model',
    'shared/data',
    'shared/errors.ts',
    'shared/names-of.ts',
    'shared/nearest-name.ts',
    'shared/quoted.ts',
  ],
  'shared/protocol': [
    'shared/channel',
    'shared/config',
    'shared/scheduling',
    'shared/plugins',
    'shared/model',
    'shared/cloud',
    'shared/errors.ts',
    'shared/names-of.ts',
  ],
  'shared/preparation': [
    'shared/protocol',
    'shared/config',
    'shared/scheduling',
    'shared/channel',
    'shared/data',
    'shared/plugins',
    'shared/model',
    'shared/cloud',
    'shared/errors.ts',
    'shared/hash-bytes.ts',
    'shared/version.ts',
  ],
  'functions/runtime': ['shared'],
  'functions/exchange': ['functions/runtime', 'shared'],
  functions: ['functions/runtime', 'functions/exchange', 'shared'],
  'emulator/kernel': [],
  'emulator/parameters': ['shared/protocol'],
  'emulator/latency': ['shared/protocol'],
  'emulator/services': [
    'shared/workload',
    'emulator/kernel',
    'emulator/parameters',
    'shared/protocol',
    'shared/cloud',
    'shared/random',
  ],
  'emulator/modelled': [
    'shared/workload',
    'emulator/services',
    'emulator/latency',
    'emulator/kernel',
    'emulator/parameters',
    'shared/protocol',
    'shared/cloud',
    'shared/errors.ts',
  ],
  'emulator/embedded': [
    'emulator/services',
    'emulator/kernel',
    'emulator/parameters',
    'functions',
    'shared/protocol',
    'shared/cloud',
    'shared/random',
  ],
  'report/content': [],
  'report/page': ['report/content'],
  'report/charts': ['report/content', 'report/page'],
  'report/export': ['report/charts', 'report/content', 'report/page'],
  'report/script': ['shared/errors.ts'],
  // Runs in the reader's browser; it is bundled by path, not imported.
  'report/browser': ['report/charts', 'report/content', 'report/export', 'report/page'],
  'report/live': ['report/content', 'report/page', 'report/script', 'report/shown-content.ts'],
  'report/shown-content.ts': ['report/content', 'report/page'],
  report: ['report/content', 'report/page', 'report/script', 'report/shown-content.ts'],
  study: ['report', 'emulator', 'shared'],
  local: ['shared'],
  quickstart: ['shared'],
  run: ['study', 'emulator', 'functions', 'shared', 'report'],
  export: ['run', 'study', 'shared'],
  library: ['run', 'study', 'emulator', 'shared'],
  cli: ['export', 'run', 'study', 'emulator', 'functions', 'shared', 'local', 'report', 'experiment'],
  experiment: ['report', 'run', 'study', 'shared'],
  tools: ['local', 'shared'],
  site: [],
  // Programs as users write them: they import the package by its name.
  examples: [],
  // The functions' code is bundled by path, not imported; the cost metrics use the emulator's prices.
  cdk: ['shared', 'emulator/parameters'],
  bench: [
    'cli',
    'export',
    'run',
    'cdk',
    'study',
    'emulator',
    'functions',
    'shared',
    'local',
    'report',
    'experiment',
  ],
  test: [
    'cli',
    'site',
    'library',
    'export',
    'experiment',
    'run',
    'tools',
    'cdk',
    'study',
    'report',
    'emulator',
    'functions',
    'shared',
    'local',
    'quickstart',
    'bench',
  ],
};

/** An import of one room from another, as a file of the first room would write it. */
function injectedImport(from: string, to: string) {
  const fileOf = (room: string): string => (room.endsWith('.ts') ? room : `${room}/injected.ts`);
  const specifier = `#${fileOf(to)}`;
  return importsOf(fileOf(from), ["import { it } from '", specifier, "';"].join(''));
}

/** Whether `to` is listed for `from`, or inside a listed room that does not hold `from`. */
function isPermitted(from: string, to: string): boolean {
  return [from, ...MAY_IMPORT[from]].some(
    (room) => to === room || (to.startsWith(`${room}/`) && room !== from && !from.startsWith(`${room}/`)),
  );
}

const files = sourceFiles(ROOT);
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(ROOT, file), 'utf8')));
const within = imports.filter(({ target }) => target !== undefined);
const packages = imports.filter(({ target }) => target === undefined);

describe('dependencies point one way', () => {
  test('every file is in a room of the table', () => {
    expect(files.filter((file) => roomOf(MAY_IMPORT, file) === undefined)).toEqual([]);
  });

  test('no room imports one above it', () => {
    expect(forbiddenImports(MAY_IMPORT, within)).toEqual([]);
  });

  test.each(["'#cli/airtune.ts'", "'../../cli/airtune.ts'"])('an import upward is found: %s', (specifier) => {
    const upward = importsOf('shared/channel/rate.ts', `import { run } from ${specifier};`);
    expect(forbiddenImports(MAY_IMPORT, upward)).toHaveLength(1);
  });

  test.each([
    ['upward', `${ONNX}/spec/names.ts`, `#${ONNX}/layers/dense.ts`],
    ['beside', `${ONNX}/padded/pass.ts`, `#${ONNX}/packed/packed-run.ts`],
    ['into the engines', 'shared/model/tensor.ts', `#${ENGINE}/create-engine.ts`],
  ])('an import %s inside shared/model is found', (_, file, specifier) => {
    const upward = importsOf(file, ["import { it } from '", specifier, "';"].join(''));
    expect(forbiddenImports(MAY_IMPORT, upward)).toHaveLength(1);
  });

  test('every floor is held: an import of any room that a room may not import is found', () => {
    const rooms = Object.keys(MAY_IMPORT);
    const missed = rooms.flatMap((from) =>
      rooms
        .filter((to) => !isPermitted(from, to))
        .filter((to) => forbiddenImports(MAY_IMPORT, injectedImport(from, to)).length === 0)
        .map((to) => `${from} -> ${to}`),
    );
    expect(missed).toEqual([]);
  });

  test('a room inside another one may use its files without opening the rooms beside it', () => {
    const table = { house: [], 'house/one': ['house'], 'house/two': [] };
    const read = (target: string) => importsOf('house/one/a.ts', `import '${target}';`);
    expect(forbiddenImports(table, read('#house/file.ts'))).toEqual([]);
    expect(forbiddenImports(table, read('#house/two/file.ts'))).toHaveLength(1);
  });

  test('no room may import a room that none of its files imports; tests and measurements may import all', () => {
    const targetsByRoom = Map.groupBy(within, ({ file }) => roomOf(MAY_IMPORT, file));
    const unused = Object.entries(MAY_IMPORT)
      .filter(([from]) => from !== 'test' && from !== 'bench')
      .flatMap(([from, rooms]) => {
        const targets = (targetsByRoom.get(from) ?? []).map(({ target }) => target ?? '');
        return rooms
          .filter((room) => !targets.some((target) => target === room || target.startsWith(`${room}/`)))
          .map((room) => `${from} -> ${room}`);
      });
    expect(unused).toEqual([]);
  });

  test('no two rooms import each other, nor any ring of them', () => {
    expect(roomsInRings(MAY_IMPORT)).toEqual([]);
  });

  test('no circles between files, type-only imports included', () => {
    expect(fileCircles(within)).toEqual([]);
  });

  test('a circle is found', () => {
    const circle = [
      ...importsOf('shared/a.ts', "import { b } from './b.ts';"),
      ...importsOf('shared/b.ts', ["import type { A } from '", "#shared/a.ts';"].join('')),
    ];
    expect(fileCircles(circle)).toEqual([['shared/a.ts', 'shared/b.ts']]);
  });
});

describe('the world is reached in one place each', () => {
  test('only shared/cloud/aws imports an AWS client', () => {
    const outside = packages.filter(
      ({ file, specifier }) =>
        /^@(aws-sdk|smithy)\//.test(specifier) && !/^(shared\/cloud\/aws|test|bench)\//.test(file),
    );
    expect(outside).toEqual([]);
  });

  test('only the emulator and the code on it use virtual time', () => {
    const outside = within.filter(
      ({ file, target }) =>
        /^emulator\/kernel\//.test(target ?? '') && !/^(emulator|study|library|test|bench)\//.test(file),
    );
    expect(outside).toEqual([]);
  });

  test('only adapters, entry points and the command line read the clock or draw unseeded numbers', () => {
    const allowed =
      /^(cli|run\/hosts|tools|bench|test|local|shared\/cloud\/(node|aws|file)|functions\/([a-z]+\/(index|health)|runtime\/lambda-entry)\.ts)/;
    const outside = files.filter(
      (file) =>
        !allowed.test(file) &&
        /Date\.now\(|new Date\(\)|Math\.random\b/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(outside).toEqual([]);
  });
});

test('files of the same folder or below are imported by ./, all others by #, with their extension', () => {
  const wrong = within.filter(
    ({ specifier, target }) => specifier.startsWith('..') || !/\.(ts|json)$/.test(target ?? ''),
  );
  expect(wrong).toEqual([]);
});
