import { basename } from 'node:path';
import { ConfigError } from '#shared/errors.ts';
import { commandSubject, openCommand } from './command-plugin.ts';
import { openModuleThread } from './module-thread.ts';
import type { OpenPlugin, PluginOpening } from './open-plugin.ts';
import type { PluginContract } from './plugin-contract.ts';
import type { PluginKind } from './plugin-kind.ts';
import type { PluginRecord } from './plugin-record.ts';
import { type PluginReference, parseReference } from './plugin-reference.ts';

/** A plug-in in errors, such as `policy mine.ts`. */
export function pluginSubject({ word }: Pick<PluginKind, 'word'>, reference: PluginReference): string {
  const parsed = parseReference(reference);
  return parsed.kind === 'module' ? `${word} ${basename(parsed.file)}` : commandSubject(word, parsed.words);
}

/**
 * Opens a plug-in by its reference: a module in a thread, a command as a process.
 *
 * @throws PluginError, ConfigError as {@link openModuleThread} and {@link openCommand}; ConfigError for a
 *   command of a kind that only a module can be
 */
export async function openReference<R extends PluginRecord>(
  { argumentNames, referencePath }: PluginContract<R>,
  reference: PluginReference,
  opening: Omit<PluginOpening, 'subject'>,
): Promise<OpenPlugin> {
  const parsed = parseReference(reference);
  const whole = { ...opening, subject: pluginSubject(opening.kind, reference) };
  if (parsed.kind === 'module') return openModuleThread(parsed.file, whole);
  if (argumentNames !== undefined) return openCommand(parsed.words, argumentNames, whole);
  throw new ConfigError(`is a command; this plug-in has to be a module.`, {
    subject: referencePath,
    remedy: 'Name a .ts or .js file, or a package.',
  });
}
