import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A page of the site, as its navigation shows it. */
export interface PageLink {
  readonly text: string;
  /** Path of the page in `docs/`, without its ending. */
  readonly link: string;
}

/** A group of pages under one heading. */
export interface PageGroup {
  readonly text: string;
  readonly items: readonly PageLink[];
}

/**
 * The site's navigation: the headings of `docs/index.md` with the pages that each lists, and under "More"
 * every other page of `docs/` by its title. So a new page appears without a change here.
 */
export function navigation(docs: string): readonly PageGroup[] {
  const groups = listedGroups(readFileSync(join(docs, 'index.md'), 'utf8'));
  const listed = new Set(groups.flatMap(({ items }) => items.map(({ link }) => link)));
  const more = globSync('*.md', { cwd: docs })
    .map((file) => ({ text: titleOf(join(docs, file)), link: `/${basename(file, '.md')}` }))
    .filter(({ link }) => link !== '/index' && !listed.has(link))
    .toSorted((a, b) => a.text.localeCompare(b.text, 'en'));
  return more.length === 0 ? groups : [...groups, { text: 'More', items: more }];
}

/** `## Heading` and the `- [text](page.md)` below it. Links out of `docs/` are not pages of the site. */
function listedGroups(index: string): readonly PageGroup[] {
  return index
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.split('\n', 1)[0].trim(),
      items: [...section.matchAll(/^- \[([^\]]+)\]\(([\w./-]+)\.md\)/gm)].map(([, text, path]) => ({
        text,
        link: `/${path}`,
      })),
    }))
    .filter(({ items }) => items.length > 0);
}

function titleOf(path: string): string {
  return /^# (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? basename(path, '.md');
}
