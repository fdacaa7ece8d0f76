import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { commandText, isPluginReference, parseReference } from './plugin-reference.ts';

/**
 * A plug-in as it was typed, with every file in it named by its absolute path, so that it means the same in
 * every working folder. A bare name becomes the main module of the installed package of that name. Other text
 * is returned unchanged; the setting's schema refuses it.
 *
 * @param directory folder that relative paths start from
 * @param isKnown whether a bare name is an entry of the setting's registry, which precedes packages
 */
export function absoluteReference(
  text: string,
  directory: string,
  isKnown: (name: string) => boolean,
): string {
  if (isKnown(text)) return text;
  if (!isPluginReference(text)) return packageModule(text, directory) ?? text;
  const parsed = parseReference(text);
  if (parsed.kind === 'module') return resolve(directory, parsed.file);
  const words = parsed.words.map((word) => {
    const path = resolve(directory, word);
    return /[./\\]/.test(word) && existsSync(path) ? path : word;
  });
  return commandText(words);
}

/** A package's name, as npm allows it, with an optional path inside the package. */
const PACKAGE_NAME = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:\/[\w./-]+)?$/;

function packageModule(name: string, directory: string): string | undefined {
  if (!PACKAGE_NAME.test(name)) return undefined;
  try {
    const path = createRequire(join(resolve(directory), 'package.json')).resolve(name);
    // Modules of Node itself resolve to their name.
    return isPluginReference(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
