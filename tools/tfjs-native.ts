import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AirtuneError, ServiceError } from '#shared/errors.ts';
import { buildBinding } from './tfjs-native/build-binding.ts';
import { fetchLibrary } from './tfjs-native/library-wheel.ts';
import { findNativePackage, type NativePackage } from './tfjs-native/native-package.ts';
import { installPrebuilt } from './tfjs-native/prebuilt.ts';
import { hasTool, runTool } from './tfjs-native/run-tool.ts';

const BINDING = 'tfjs_binding.node';

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * Multiplies two matrices with the native library in a separate process.
 *
 * @returns the failure, or undefined.
 */
async function check(): Promise<string | undefined> {
  const script = join(import.meta.dirname, 'tfjs-native/native-check.ts');
  return runTool(process.execPath, [script], { limitSeconds: 120 }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

async function requireWorking(how: string): Promise<void> {
  const failure = await check();
  if (failure === undefined) {
    say(`TensorFlow's native library is ready (${how}).`);
    return;
  }
  throw new ServiceError(`is in place (${how}) but does not work here: ${failure}`, {
    subject: 'native TensorFlow library',
    remedy: 'The WASM backend is used instead; nothing else depends on it.',
  });
}

/** Installs the cached library (as a link) and binding (as a copy) at the package's expected locations. */
async function installFromCache(target: NativePackage): Promise<void> {
  await rm(target.libraryFolder, { recursive: true, force: true });
  await mkdir(dirname(target.libraryFolder), { recursive: true });
  await symlink(join(target.cacheFolder, 'lib'), target.libraryFolder);
  await mkdir(target.bindingFolder, { recursive: true });
  await cp(join(target.cacheFolder, BINDING), join(target.bindingFolder, BINDING));
}

/** Copies the files that the package's own installer downloaded to the cache. */
async function keepPrebuilt(target: NativePackage): Promise<void> {
  const partial = `${target.cacheFolder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await cp(target.libraryFolder, join(partial, 'lib'), { recursive: true, verbatimSymlinks: true });
  await cp(join(target.bindingFolder, BINDING), join(partial, BINDING));
  await rename(partial, target.cacheFolder);
}

/**
 * Finds a Python, after a check of the build tools.
 *
 * @throws {@link ServiceError} naming all missing tools.
 */
async function requireTools(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new ServiceError(`cannot be built on ${process.platform} ${process.arch}, only on linux x64.`, {
      subject: 'native TensorFlow library',
      remedy: 'The WASM backend is used instead.',
    });
  }
  const missing: string[] = [];
  for (const tool of ['python3', 'make', 'g++']) if (!(await hasTool(tool))) missing.push(tool);
  if (missing.length === 0) return 'python3';
  throw new ServiceError(`needs ${missing.join(', ')} to be built.`, {
    subject: 'native TensorFlow library',
    remedy: 'Install a C++ tool chain and Python 3 with pip, and run `npm run tfjs:native` again.',
  });
}

async function build(target: NativePackage): Promise<void> {
  const python = await requireTools();
  if (!existsSync(join(target.cacheFolder, 'lib'))) {
    say("Downloading TensorFlow's library (232 MB) ...");
    await rm(target.cacheFolder, { recursive: true, force: true });
    await fetchLibrary(target.cacheFolder, python);
  }
  say('Compiling the binding ...');
  const dependencies = dirname(target.libraryFolder);
  await rm(dependencies, { recursive: true, force: true });
  await symlink(target.cacheFolder, dependencies);
  await buildBinding(target, python);
  await rm(dependencies);
  await cp(join(target.bindingFolder, BINDING), join(target.cacheFolder, BINDING));
  await rm(join(target.cacheFolder, 'include'), { recursive: true, force: true });
  await rm(join(target.folder, 'build'), { recursive: true, force: true });
}

/**
 * Installs the native part of tfjs-node; npm installs only its JavaScript part. Does nothing if it already
 * works.
 */
async function main(): Promise<void> {
  const target = findNativePackage();
  if ((await check()) === undefined) {
    say("TensorFlow's native library is installed already.");
    return;
  }
  if (existsSync(join(target.cacheFolder, BINDING))) {
    await installFromCache(target);
    await requireWorking('from the cache');
    return;
  }
  say('Looking for a ready-made library ...');
  const reason = await installPrebuilt(target);
  if (reason === undefined && (await check()) === undefined) {
    await keepPrebuilt(target);
    await requireWorking('ready-made');
    return;
  }
  say(`Building it: ${reason ?? 'the ready-made library does not work here'}.`);
  await build(target);
  await installFromCache(target);
  await requireWorking('built here');
}

try {
  await main();
} catch (error) {
  if (!(error instanceof AirtuneError)) throw error;
  const words = error.cause instanceof AirtuneError ? `\n${error.cause.line}` : '';
  process.stderr.write(`${error.line}${words}\n`);
  process.exitCode = error.exitCode;
}
