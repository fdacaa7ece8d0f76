import { posix } from 'node:path';

/**
 * A page of `docs/` as the site has it: links to files outside `docs/` become text, since the site has only
 * the pages of that folder.
 *
 * @param path Path of the page in `docs/`.
 */
export function sitePage(path: string, text: string): string {
  return text.replaceAll(
    /(?<!!)\[([^\]]+)\]\(([^)\s:#]+)(#[^)\s]*)?\)/g,
    (link, label: string, target: string) =>
      posix.join(posix.dirname(path), target).startsWith('..') ? label : link,
  );
}
