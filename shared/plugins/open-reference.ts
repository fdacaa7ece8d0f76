import { basename } from 'node:path';
import { commandSubject, openCommand } from './command-plugin.ts';
import { openModuleThread } from './module-thread.ts';
import type { OpenPlugin, PluginKind, PluginOpening } from './open-plugin.ts';
import { type PluginReference, parseReference } from './plugin-reference.ts';

/** A plug-in in errors, such as `policy mine.ts`. */
export function pluginSubject({ word }: Pick<PluginKind, 'word'>, reference: PluginReference): string {
  const parsed = parseReference(reference);
  return parsed.kind === 'module' ? `${word} ${basename(parsed.file)}` : commandSubject(word, parsed.words);
}

/**
 * Opens a plug-in by its reference: a module in a thread, a command as a process.
 *
 * @param names names of the call's arguments, for commands
 * @throws PluginError, ConfigError as {@link openModuleThread} and {@link openCommand}
 */
export function openReference(
  reference: PluginReference,
  names: readonly string[],
  opening: Omit<PluginOpening, 'subject'>,
): Promise<OpenPlugin> {
  const parsed = parseReference(reference);
  const whole = { ...opening, subject: pluginSubject(opening.kind, reference) };
  return parsed.kind === 'module'
    ? openModuleThread(parsed.file, whole)
    : openCommand(parsed.words, names, whole);
}
