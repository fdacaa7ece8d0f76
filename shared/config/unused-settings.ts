import type * as z from 'zod';
import { isRawSettings, type RawSettings, valueAt } from './merge-settings.ts';
import { namesIn, type SettingsSubject, settingError, unknownSetting } from './parse-strict.ts';

export interface SplitSettings {
  /** The settings of the command, and unknown names, which its schema refuses. */
  readonly used: RawSettings;
  /**
   * Paths of the settings that only other commands use; whole groups where all of their settings are unused.
   */
  readonly unused: readonly string[];
}

/**
 * Removes the settings that only other commands use, so that one file serves several commands. The removed
 * values are checked, too.
 *
 * @param own schema of the command
 * @param others schemas of the other commands
 * @throws ConfigError for a setting of another command that is out of range or unknown there
 */
export function splitSettings(
  settings: RawSettings,
  own: z.ZodType,
  others: readonly z.ZodType[],
  subject: SettingsSubject,
): SplitSettings {
  // The usual case. Schemas are strict, so settings that the command's own schema accepts are all its own;
  // listing the names of two schemas takes longer than the rest of reading settings.
  if (own.safeParse(settings).success) return { used: settings, unused: [] };
  const subjectOf = typeof subject === 'string' ? () => subject : subject;
  const ownPaths = namesIn(own);
  const otherPaths = new Set(others.flatMap((schema) => [...namesIn(schema)]));
  const unused: string[] = [];
  const keep = (group: RawSettings, prefix: string): RawSettings =>
    Object.fromEntries(
      Object.entries(group).flatMap(([key, value]): [string, unknown][] => {
        const path = `${prefix}${key}`;
        if (ownPaths.has(path)) return [[key, isRawSettings(value) ? keep(value, `${path}.`) : value]];
        if (!otherPaths.has(path)) return [[key, value]];
        requireKnown(value, path, otherPaths, subjectOf);
        unused.push(path);
        return [];
      }),
    );
  const used = keep(settings, '');
  for (const schema of others) requireValid(schema, settings, unused, subject);
  return { used, unused };
}

/**
 * Checks the names inside a removed group.
 *
 * @throws ConfigError for an unknown name
 */
function requireKnown(
  value: unknown,
  path: string,
  known: ReadonlySet<string>,
  subject: (path: string) => string,
): void {
  const isGroup = [...known].some((one) => one.startsWith(`${path}.`));
  if (!isGroup || !isRawSettings(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = `${path}.${key}`;
    if (!known.has(innerPath)) throw unknownSetting(innerPath, known, subject(innerPath));
    requireKnown(inner, innerPath, known, subject);
  }
}

/**
 * Checks the values of the removed settings against the other commands' schemas. Names are checked before.
 */
function requireValid(
  schema: z.ZodType,
  settings: RawSettings,
  unused: readonly string[],
  subject: SettingsSubject,
): void {
  const issue = schema.safeParse(settings).error?.issues.find(({ code, path }) => {
    const name = path.map(String).join('.');
    const isUnused = unused.some((one) => name === one || name.startsWith(`${one}.`));
    return isUnused && code !== 'unrecognized_keys' && valueAt(settings, name) !== undefined;
  });
  if (issue !== undefined) throw settingError(schema, issue, settings, subject);
}
