import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The package as a user gets it: built, packed, and installed in a folder that held nothing before. */
export interface InstalledPackage {
  readonly tarball: string;
  /** The user's folder. */
  readonly folder: string;
  /** The package in it. */
  readonly location: string;
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Environment of a user: this Node first on PATH, none of the settings that npm gives to its scripts. */
export function userEnvironment(node: string = process.execPath): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS|VITEST|INIT_CWD)/i.test(name),
  );
  return { ...Object.fromEntries(own), PATH: [dirname(node), process.env.PATH].join(delimiter) };
}

/** Builds, packs and installs the package. Takes half a minute: call it once in a file, before its tests. */
export function installPackage(folder: string): InstalledPackage {
  const built = join(folder, 'built');
  const app = join(folder, 'app');
  mkdirSync(app);
  execFileSync(process.execPath, [join(ROOT, 'tools/build-package.ts'), '--out', built], { stdio: 'pipe' });
  const env = userEnvironment();
  execFileSync('npm', ['pack', built, '--pack-destination', folder], { cwd: folder, env, stdio: 'pipe' });
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack made no tarball');
  const tarball = join(folder, name);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: app, env, stdio: 'pipe' });
  return { tarball, folder: app, location: join(app, 'node_modules/airtune') };
}

/** A folder for {@link installPackage}, removed after the tests of the file. */
export function packageFolder(): string {
  return sharedScratchFolder();
}

/** Runs a command line in the user's folder. */
export function runAsUser(
  { folder }: InstalledPackage,
  command: readonly string[],
  options: { readonly node?: string; readonly cwd?: string } = {},
): Outcome {
  const [program, ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: options.cwd ?? folder,
    encoding: 'utf8',
    env: userEnvironment(options.node),
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}
