import { cpSync, globSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files of the package from the repository's root. `bin/` needs no build. */
const ROOT_FILES = ['README.md', 'CHANGELOG.md', 'LICENSE', 'bin/airtune.cjs', 'bin/own-modules.cjs'];
/** The quick start's data and model, and programs to start from. */
const FOLDERS = ['quickstart/data', 'quickstart/model', 'examples', 'python'];

/** Rooms whose other files belong to deployments and local clouds, which need the repository. */
const REPOSITORY_ONLY = ['functions', 'local'];

/**
 * Copies all files that are not TypeScript: documents, the quick start's data, examples, and every other file
 * of the rooms that were built (a module in Python, a style sheet), except READMEs, the API report and
 * compiler settings.
 */
export function copyAssets(root: string, target: string): void {
  const rooms = readdirSync(target).filter((room) => !REPOSITORY_ONLY.includes(room));
  const files = [
    ...ROOT_FILES,
    ...FOLDERS.flatMap((folder) => filesIn(root, `${folder}/**/*`)),
    ...rooms
      .flatMap((room) => filesIn(root, `${room}/**/*`))
      .filter((file) => !/\.ts$|(README\.md|tsconfig\.json|api-report\.txt)$/.test(file)),
  ];
  for (const file of files) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
}

function filesIn(root: string, pattern: string): readonly string[] {
  return globSync(pattern, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
