import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, globSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { airtuneProcess } from '#test/support/airtune-process.ts';
import {
  type InstalledPackage,
  installPackage,
  packageFolder,
  runAsUser,
  userEnvironment,
} from '#test/support/package/installed-package.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { trainedFiles } from '#test/support/trained-files.ts';
import { jsonObjectOf } from '#tools/package/json-object.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MEGABYTE = 1024 * 1024;
/** Building, packing and installing the package takes minutes. */
const isFullRun = fullRunOnly('the package, installed');
const folder = packageFolder();
let installed: InstalledPackage;

beforeAll(() => {
  installed = installPackage(folder);
});

const filesIn = (directory: string): readonly string[] =>
  globSync('**/*', { cwd: directory, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();

const bytesIn = (directory: string): number =>
  filesIn(directory).reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);

const airtuneInstalled = (...args: readonly string[]) => runAsUser(installed, ['npx', 'airtune', ...args]);

describe.skipIf(!isFullRun)('the tarball', () => {
  test('holds the files that a user needs and no others', () => {
    const files = filesIn(installed.location).filter((file) => !file.startsWith('node_modules/'));
    const built =
      /^(cli|emulator|experiment|export|functions|library|local|report|run|shared|study)\/.*\.(js|js\.map|d\.ts)$/;
    const other = files.filter((file) => !built.test(file));
    expect(other.filter((file) => !/^(examples|quickstart)\//.test(file))).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/airtune.cjs',
      'bin/own-modules.cjs',
      'package.json',
      'provenance.json',
      ...filesIn(join(ROOT, 'python'))
        .filter((file) => !file.includes('__pycache__'))
        .map((file) => `python/${file}`),
    ]);
    expect(other.filter((file) => file.startsWith('quickstart/'))).toEqual(
      ['data', 'model'].flatMap((part) =>
        filesIn(join(ROOT, 'quickstart', part)).map((file) => `quickstart/${part}/${file}`),
      ),
    );
    expect(other.filter((file) => file.startsWith('examples/'))).toEqual(
      filesIn(join(ROOT, 'examples')).map((file) => `examples/${file}`),
    );
    expect(files.filter((file) => /^(local|functions)\/.*(deployment|index)\.js$/.test(file))).toEqual([]);
  });

  test('bundles ONNX Runtime for linux-x64 and the part of TensorFlow.js that Node loads, without scripts', () => {
    const manifests = globSync('node_modules/{*,@*/*}/package.json', { cwd: installed.location });
    expect(manifests).toHaveLength(9);
    for (const manifest of manifests) {
      expect(jsonObjectOf(join(installed.location, manifest))).not.toHaveProperty('scripts');
    }
    const native = globSync('node_modules/onnxruntime-node/bin/*/*/*', { cwd: installed.location });
    expect(native.map((path) => path.split('/').slice(-2).join('-'))).toEqual(['linux-x64']);
  });

  test('is small: 25 MB to fetch, and under 180 MB with everything that it needs', () => {
    expect(statSync(installed.tarball).size).toBeLessThan(25 * MEGABYTE);
    expect(bytesIn(join(installed.folder, 'node_modules'))).toBeLessThan(180 * MEGABYTE);
  });

  test('says of which commit and packages it was made, with a hash of every file', () => {
    const { files, commit, bundled, ...rest } = JSON.parse(
      readFileSync(join(installed.location, 'provenance.json'), 'utf8'),
    );
    expect(rest).toMatchObject({ format: 'airtune-package', version: 1, systems: ['linux-x64'] });
    expect(commit).toBe(execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim());
    expect(bundled).toHaveLength(9);
    for (const copy of bundled) expect(copy.integrity).toMatch(/^sha512-/);
    const hashes = filesIn(installed.location)
      .filter((file) => file !== 'provenance.json')
      .map((file) => {
        const bytes = readFileSync(join(installed.location, file));
        return [file, createHash('sha256').update(bytes).digest('hex')];
      });
    expect(files).toEqual(Object.fromEntries(hashes));
  });
});

describe.skipIf(!isFullRun)('the installed command', () => {
  test('trains the quick start, to the same bytes as the checkout', async () => {
    const { status, stdout, stderr } = airtuneInstalled('run', '--rounds', '2', '--out', 'first');
    expect(stderr).toContain('round 2/2');
    expect(stdout).toMatch(/encoder +onnx on /);
    expect(status).toBe(0);
    const out = join(scratchFolder(), 'out');
    expect((await airtuneProcess(['run', '--rounds', '2', '--out', out])).exitCode).toBe(0);
    expect(trainedFiles(join(installed.folder, 'first'))).toEqual(trainedFiles(out));
  });

  test('predicts, schedules, and studies on worker threads', () => {
    const text = 'a warm and funny film';
    expect(airtuneInstalled('predict', 'first', '--text', text).stdout).toContain('"label":"positive"');
    const round = airtuneInstalled('channel', '--devices', '5').stdout;
    writeFileSync(join(installed.folder, 'round.json'), round);
    expect(JSON.parse(airtuneInstalled('schedule', 'round.json').stdout)).toMatchObject({ policy: 'exact' });
    const study = ['study', '--devices', '20', '--rounds', '2', '--policy', 'exact,greedy', '--out', 'study'];
    expect(airtuneInstalled(...study).status).toBe(0);
    expect(JSON.parse(readFileSync(join(installed.folder, 'study/study.json'), 'utf8')).points).toHaveLength(
      2,
    );
  });

  test('prints its version', () => {
    const { version } = jsonObjectOf(join(ROOT, 'package.json'));
    expect(airtuneInstalled('--version').stdout).toBe(`${version}\n`);
  });

  test('on a system without its library encodes with WebAssembly, with a notice', () => {
    const binding = join(installed.location, 'node_modules/onnxruntime-node/bin');
    renameSync(binding, `${binding}.aside`);
    try {
      const { status, stdout, stderr } = airtuneInstalled('run', '--rounds', '1', '--devices', '3');
      expect(stderr).toContain(`airtune: warning: the encoder runs on tfjs (wasm), which is slower: `);
      expect(stderr).toContain(`ONNX Runtime: has no library for ${process.platform}-${process.arch} here.`);
      expect(stdout).toMatch(/encoder +tfjs on wasm/);
      expect(status).toBe(0);
      const refused = airtuneInstalled('run', '--rounds', '1', '--engine', 'onnx');
      expect(refused.stderr).toBe(
        `airtune: ONNX Runtime: has no library for ${process.platform}-${process.arch} here. Use --engine tfjs, or a package of airtune that was built for this system.\n`,
      );
      expect(refused.status).toBe(2);
    } finally {
      renameSync(`${binding}.aside`, binding);
    }
  });

  test('runs on Node 22 too', () => {
    const other = scratchFolder({ 'package.json': '{}' });
    const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts=false', 'node@22'];
    execFileSync('npm', install, { cwd: other, env: userEnvironment(), stdio: 'pipe' });
    const node = join(other, 'node_modules/node/bin/node');
    const start = join(installed.location, 'bin/airtune.cjs');
    const { status, stdout } = runAsUser(installed, [node, start, 'run', '--rounds', '1'], { node });
    expect(stdout).toMatch(/encoder +onnx on /);
    expect(status).toBe(0);
  });
});

describe.skipIf(!isFullRun)('the installed library', () => {
  const examples = globSync('*.mts', { cwd: join(ROOT, 'examples') });

  test.each(examples)('examples/%s runs, and type-checks against the declarations', (name) => {
    copyFileSync(join(installed.location, 'examples', name), join(installed.folder, name));
    const { status, stdout, stderr } = runAsUser(installed, [process.execPath, name]);
    expect(stderr).toBe('');
    expect(stdout).not.toBe('');
    expect(status).toBe(0);
    const tsc = [join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--skipLibCheck'];
    const types = ['--target', 'es2024', '--module', 'nodenext', '--types', 'node', '--typeRoots'];
    const command = [process.execPath, ...tsc, ...types, join(ROOT, 'node_modules/@types'), name];
    expect(runAsUser(installed, command)).toMatchObject({ status: 0, stdout: '' });
  });

  test('offers its entry points and nothing else', () => {
    const { exports } = jsonObjectOf(join(ROOT, 'package.json'));
    const names = Object.keys(Object(exports)).filter((name) => name !== './package.json');
    const importAll = names.map((name) => `await import('airtune${name.slice(1)}');`).join('\n');
    writeFileSync(join(installed.folder, 'all.mjs'), importAll);
    expect(runAsUser(installed, [process.execPath, 'all.mjs'])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    writeFileSync(join(installed.folder, 'inner.mjs'), "import 'airtune/shared/errors.js';");
    expect(runAsUser(installed, [process.execPath, 'inner.mjs']).stderr).toContain(
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    );
  });
});
