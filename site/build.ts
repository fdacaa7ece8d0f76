import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sitePage } from './site-page.ts';

/**
 * Builds the documentation site: the pages of `docs/` and the API reference, in `.cache/site`. The pages are
 * copied first, because Vite finds the packages of this project only from inside it. Fails on a dead link.
 */
const SITE = import.meta.dirname;
const DOCS = join(SITE, '../docs');
const PAGES = join(SITE, 'pages');

rmSync(PAGES, { recursive: true, force: true });
for (const file of globSync('**/*', { cwd: DOCS, withFileTypes: true }).filter((entry) => entry.isFile())) {
  const source = join(file.parentPath, file.name);
  const path = source.slice(DOCS.length + 1);
  mkdirSync(dirname(join(PAGES, path)), { recursive: true });
  if (path.endsWith('.md')) writeFileSync(join(PAGES, path), sitePage(path, readFileSync(source, 'utf8')));
  else cpSync(source, join(PAGES, path));
}
run('typedoc');
run('vitepress', 'build', '.');

function run(program: string, ...args: readonly string[]): void {
  execFileSync(join(SITE, 'node_modules/.bin', program), args, { cwd: SITE, stdio: 'inherit' });
}
