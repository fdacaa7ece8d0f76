import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePageScript } from './bundle-page-script.ts';

const REPORT = join(import.meta.dirname, '..');
const ROOT = join(REPORT, '..');

/** The script as `npm run build` puts it into a package. From source there is none. */
const BUILT = join(import.meta.dirname, 'browser-script.js');

/**
 * The script of a report's page. A package holds it; from source it is bundled, and kept in `.cache/` under a
 * name that changes with the sources and the versions of the packages.
 *
 * @throws ConfigError when it has to be bundled and esbuild or ECharts is not installed
 */
export async function pageScript(): Promise<string> {
  const built = await read(BUILT);
  if (built !== undefined) return built;
  const folder = join(ROOT, '.cache', 'report');
  const kept = join(folder, `${await sourceHash()}.js`);
  const found = await read(kept);
  if (found !== undefined) return found;
  const script = await bundlePageScript();
  // A source tree that cannot be written to is bundled each time.
  await keep(folder, kept, script).catch(() => {});
  return script;
}

async function keep(folder: string, path: string, script: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const aside = `${path}.${process.pid}.part`;
  await writeFile(aside, script);
  await rename(aside, path);
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  const files = globSync('{browser,charts,content,export,page,script}/**/*.ts', { cwd: REPORT });
  for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(join(REPORT, file)));
  for (const name of ['echarts', 'esbuild']) {
    hash.update((await read(join(ROOT, 'node_modules', name, 'package.json'))) ?? '');
  }
  return hash.digest('hex').slice(0, 32);
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
