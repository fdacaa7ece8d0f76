import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#shared/errors.ts';
import { absoluteReference } from '#shared/plugins/absolute-reference.ts';
import { contentHash } from '#shared/plugins/content-hash.ts';
import { isPluginReference, parseReference } from '#shared/plugins/plugin-reference.ts';
import { PROJECT_FOLDER } from './project-folder.ts';

/** A policy plug-in that the scheduler function is deployed with. */
export interface DeployedPolicy {
  /** Absolute path of its module. */
  readonly file: string;
  /** Hash of its files, by which a run finds it. */
  readonly sha256: string;
}

/**
 * The policy plug-in of `-c policy`.
 *
 * @throws ConfigError if it is no module; PluginError if the module cannot be read
 */
export async function deployedPolicy(given: string): Promise<DeployedPolicy> {
  const reference = absoluteReference(given, '.', () => false);
  const parsed = isPluginReference(reference) ? parseReference(reference) : undefined;
  if (!isPluginReference(reference) || parsed?.kind !== 'module') {
    throw new ConfigError(`${JSON.stringify(given)} is no .ts or .js file, and no package.`, {
      subject: '-c policy',
      remedy: 'Name the module of a policy, as in -c policy=./mine.ts.',
    });
  }
  return { file: parsed.file, sha256: await contentHash(reference, '-c policy') };
}

/**
 * Writes the entry point of a scheduler that contains the policy plug-in, and returns its path.
 * `functions/scheduler/index.ts` is the entry point without one.
 */
export function schedulerEntry({ file, sha256 }: DeployedPolicy): string {
  const folder = join(PROJECT_FOLDER, '.cache', 'deployed-policies', sha256);
  const entry = join(folder, 'index.ts');
  const from = (path: string) => JSON.stringify(join(PROJECT_FOLDER, path));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    entry,
    [
      `import * as exports from ${JSON.stringify(file)};`,
      `import { lambdaEntry } from ${from('functions/runtime/lambda-entry.ts')};`,
      `import { createSchedulerFunction } from ${from('functions/scheduler/scheduler-function.ts')};`,
      `import { bundledPolicies } from ${from('shared/scheduling/plugin/bundled-policies.ts')};`,
      `const policies = bundledPolicies([{ sha256: '${sha256}', exports }]);`,
      "export const handler = lambdaEntry('scheduler', (ports) => createSchedulerFunction(ports, policies));",
      '',
    ].join('\n'),
  );
  return entry;
}
