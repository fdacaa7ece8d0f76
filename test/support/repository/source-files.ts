import { globSync, readdirSync } from 'node:fs';

/**
 * Folders of a checkout that hold no source of this project; those that begin with a dot hold none either.
 */
const NO_SOURCE: readonly string[] = ['node_modules', 'dist', 'out', 'cdk.out'];

/** The folders of a checkout that hold this project. */
export function sourceFolders(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !NO_SOURCE.includes(entry.name))
    .map(({ name }) => name);
}

/** Paths of all TypeScript files in the folders of a checkout, relative to it. */
export function sourceFiles(root: string): readonly string[] {
  return sourceFolders(root).flatMap((folder) =>
    globSync(`${folder}/**/*.ts`, { cwd: root, exclude: ['**/node_modules'] }),
  );
}
