import type * as z from 'zod';

/**
 * A plug-in as settings name it: a module's file (`./mine.ts`), or a command that speaks the protocol of
 * {@link file://./command-plugin.ts} over its standard streams (`python mine.py`).
 */
export type PluginReference = string & z.core.$brand<'PluginReference'>;

/** The module files that a plug-in may be. */
const MODULE_FILE = /\.[cm]?[jt]s$/;
const PATH_START = /^(?:\.{1,2}[\\/]|[\\/]|[A-Za-z]:[\\/])/;

/** Whether a setting's text names a plug-in, and not an entry of a registry. */
export function isPluginReference(text: string): text is PluginReference {
  return MODULE_FILE.test(text) || /\S\s+\S/.test(text);
}

/** A reference in parts. */
export type ParsedReference =
  | { readonly kind: 'module'; readonly file: string }
  | { readonly kind: 'command'; readonly words: readonly [string, ...string[]] };

/** Parses a reference. A text with spaces is a command, unless it is the path of a module file. */
export function parseReference(reference: PluginReference): ParsedReference {
  const isModule =
    MODULE_FILE.test(reference) && (PATH_START.test(reference) || !/\s/.test(reference.trim()));
  if (isModule) return { kind: 'module', file: reference };
  const [program = reference, ...others] = wordsOf(reference);
  return { kind: 'command', words: [program, ...others] };
}

/** The text of a command. Words that contain spaces are quoted. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => (/[\s"]/.test(word) || word === '' ? `"${word}"` : word)).join(' ');
}

/** Words separated by spaces; single or double quotes keep the spaces of a word. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare,
  );
}
