import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildSync } from 'esbuild';
import { ConfigError } from '#shared/errors.ts';
import { absoluteReference } from '#shared/plugins/absolute-reference.ts';
import { contentHash } from '#shared/plugins/content-hash.ts';
import { isPluginReference, parseReference } from '#shared/plugins/plugin-reference.ts';
import { PROJECT_FOLDER } from './project-folder.ts';

/** The kinds of plug-ins that functions run; each is a deployment setting, `-c kind=file`. */
export const DEPLOYED_KINDS = ['policy', 'channel', 'optimizer'] as const;
export type DeployedKind = (typeof DEPLOYED_KINDS)[number];

/** A plug-in that a function is deployed with. */
export interface DeployedPlugin {
  readonly kind: DeployedKind;
  /** Absolute path of its module. */
  readonly file: string;
  /** Hash of its files, by which a run finds it. */
  readonly sha256: string;
}

/**
 * The plug-ins of the deployment settings.
 *
 * @throws ConfigError if a plug-in is not a module; PluginError if a module cannot be read
 */
export async function deployedPlugins(
  settings: Readonly<Partial<Record<DeployedKind, string | undefined>>>,
): Promise<readonly DeployedPlugin[]> {
  const plugins: DeployedPlugin[] = [];
  for (const kind of DEPLOYED_KINDS) {
    const given = settings[kind];
    if (given !== undefined) plugins.push(await deployedPlugin(kind, given));
  }
  return plugins;
}

async function deployedPlugin(kind: DeployedKind, given: string): Promise<DeployedPlugin> {
  const reference = absoluteReference(given, '.', () => false);
  const parsed = isPluginReference(reference) ? parseReference(reference) : undefined;
  if (!isPluginReference(reference) || parsed?.kind !== 'module') {
    throw new ConfigError(`${JSON.stringify(given)} is not a .ts or .js file, and not a package.`, {
      subject: `-c ${kind}`,
      remedy: `Name the module of a plug-in, as in -c ${kind}=./mine.ts.`,
    });
  }
  return { kind, file: parsed.file, sha256: await contentHash(reference, `-c ${kind}`) };
}

/**
 * Writes the entry point of a scheduler with the policy and channel plug-ins, and returns its path. Undefined
 * without such plug-ins: the entry point is then `functions/scheduler/index.ts`.
 */
export function schedulerEntry(plugins: readonly DeployedPlugin[]): string | undefined {
  const own = plugins.filter(({ kind }) => kind === 'policy' || kind === 'channel');
  if (own.length === 0) return undefined;
  const entry = join(folderOf(own), 'index.ts');
  const from = (path: string) => JSON.stringify(join(PROJECT_FOLDER, path));
  writeFileSync(
    entry,
    [
      ...own.map(({ kind, file }) => `import * as ${kind} from ${JSON.stringify(file)};`),
      `import { lambdaEntry } from ${from('functions/runtime/lambda-entry.ts')};`,
      `import { createSchedulerFunction } from ${from('functions/scheduler/scheduler-function.ts')};`,
      `import { bundledPlugins } from ${from('shared/plugins/bundled-plugins.ts')};`,
      'const plugins = bundledPlugins([',
      ...own.map(({ kind, sha256 }) => `  { kind: '${kind}', sha256: '${sha256}', exports: ${kind} },`),
      ']);',
      "export const handler = lambdaEntry('scheduler', (ports) => createSchedulerFunction(ports, plugins));",
      '',
    ].join('\n'),
  );
  return entry;
}

/**
 * Builds the optimiser plug-in, with the packages that it imports, for the encoder's image. Returns the
 * folder for the Dockerfile's argument PLUGINS, relative to the project's; undefined without such a plug-in.
 */
export function encoderPlugins(plugins: readonly DeployedPlugin[]): string | undefined {
  const own = plugins.filter(({ kind }) => kind === 'optimizer');
  if (own.length === 0) return undefined;
  const folder = folderOf(own);
  for (const { kind, file } of own) {
    buildSync({
      entryPoints: [file],
      outfile: join(folder, `${kind}.mjs`),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      // A plug-in may use the packages of airtune where its own folder has none.
      nodePaths: [join(PROJECT_FOLDER, 'node_modules')],
      alias: { airtune: join(PROJECT_FOLDER, 'library') },
      logLevel: 'error',
    });
  }
  const listed = own.map(({ kind, sha256 }) => ({ kind, sha256, file: `${kind}.mjs` }));
  writeFileSync(join(folder, 'plugins.json'), `${JSON.stringify(listed)}\n`);
  return relative(PROJECT_FOLDER, folder);
}

/** A folder for files made from these plug-ins. */
function folderOf(plugins: readonly DeployedPlugin[]): string {
  const name = plugins.map(({ kind, sha256 }) => `${kind}-${sha256.slice(0, 20)}`).join('-');
  const folder = join(PROJECT_FOLDER, '.cache', 'deployed-plugins', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
