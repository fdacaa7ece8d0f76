import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledCopy } from './bundled-packages.ts';
import type { JsonObject } from './json-object.ts';

/**
 * Contents and origin of the package, without a time, so that a commit always gives the same bytes.
 */
export interface Provenance {
  readonly format: 'airtune-package';
  readonly version: 1;
  readonly package: string;
  /** Commit of the sources; null outside a git repository. */
  readonly commit: string | null;
  /** Whether sources differed from that commit. */
  readonly modified: boolean;
  readonly builtWith: { readonly node: string; readonly typescript: string };
  /** Systems whose native libraries are included. */
  readonly systems: readonly string[];
  readonly bundled: readonly BundledCopy[];
  /** SHA-256 of every other file of the package, by its path. */
  readonly files: Readonly<Record<string, string>>;
}

/** @param folder The built package, complete but for this file. */
export function provenanceOf(
  root: string,
  folder: string,
  manifest: JsonObject,
  facts: Pick<Provenance, 'bundled' | 'systems'> & { readonly typescript: string },
): Provenance {
  const { bundled, systems, typescript } = facts;
  const commit = git(root, 'rev-parse', 'HEAD');
  return {
    format: 'airtune-package',
    version: 1,
    package: `${manifest.name}@${manifest.version}`,
    commit: commit?.trim() ?? null,
    modified: git(root, 'status', '--porcelain') !== '',
    builtWith: { node: process.versions.node, typescript },
    systems,
    bundled,
    files: hashes(folder),
  };
}

function hashes(folder: string): Readonly<Record<string, string>> {
  const files = globSync('**/*', { cwd: folder })
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();
  return Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]),
  );
}

function git(root: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
