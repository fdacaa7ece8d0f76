import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isRecord, jsonObjectOf } from '#tools/package/json-object.ts';
import { declaredExports } from './declared-exports.ts';

/**
 * The exported surface of the library: every entry point with its names, each with its declaration. Compiles
 * the declarations into a temporary folder.
 *
 * @param root The repository.
 */
export function apiReport(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'airtune-api-'));
  try {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const project = ['-p', join(root, 'tsconfig.build.json'), '--outDir', folder];
    const output = ['--emitDeclarationOnly', '--sourceMap', 'false', '--inlineSources', 'false'];
    execFileSync(process.execPath, [compiler, ...project, ...output], { stdio: 'inherit' });
    const { exports } = jsonObjectOf(join(root, 'package.json'));
    return Object.values(isRecord(exports) ? exports : {})
      .map(String)
      .filter((target) => target.endsWith('.ts'))
      .map((target) => entryReport(folder, target.replace(/^\.\/(.*)\.ts$/, '$1.d.ts')))
      .join('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function entryReport(folder: string, file: string): string {
  const lines = declaredExports(folder, file).map(({ name, text }) =>
    text.split('\n', 1)[0].split(/\W+/).includes(name) ? text : `${text} // as ${name}`,
  );
  return `# airtune/${basename(file, '.d.ts')}\n\n${lines.join('\n')}\n`;
}
