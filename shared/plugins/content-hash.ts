import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { PluginError } from '#shared/errors.ts';
import { type ParsedReference, type PluginReference, parseReference } from './plugin-reference.ts';

/**
 * Hash of a plug-in's files, which is equal wherever the files are: of a module, the file and all files that
 * it imports by relative paths; of a command, the files among its arguments. Packages are not included.
 *
 * @throws PluginError if the module's file cannot be read
 */
export async function contentHash(reference: PluginReference, subject: string): Promise<string> {
  const files = await filesOf(parseReference(reference), subject);
  const hash = createHash('sha256');
  const [first] = files.keys();
  const base = first === undefined ? '' : dirname(first);
  const entries = [...files].map(([path, bytes]) => ({
    name: relative(base, path).split(sep).join('/'),
    digest: createHash('sha256').update(bytes).digest('hex'),
  }));
  for (const { name, digest } of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    hash.update(`${digest} ${name}\n`);
  }
  return hash.digest('hex');
}

async function filesOf(reference: ParsedReference, subject: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  if (reference.kind === 'command') {
    for (const word of reference.words.slice(1)) {
      const path = resolve(word);
      if (await isFile(path)) files.set(path, await readFile(path));
    }
    return files;
  }
  const entry = resolve(reference.file);
  if (!(await isFile(entry))) {
    throw new PluginError(`there is no file ${reference.file}.`, { subject, remedy: 'Check the path.' });
  }
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue;
    const bytes = await readFile(path);
    files.set(path, bytes);
    for (const specifier of relativeImports(bytes.toString('utf8'))) {
      const imported = resolve(dirname(path), specifier);
      // A text that only looks like an import may name no file.
      if (await isFile(imported)) waiting.push(imported);
    }
  }
  return files;
}

/** Relative paths after `from` or `import`: those of all imports, and of text that looks like one. */
function relativeImports(source: string): readonly string[] {
  return [...source.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g)].map(
    ([, specifier]) => specifier,
  );
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
