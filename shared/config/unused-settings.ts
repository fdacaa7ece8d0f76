import type * as z from 'zod';
import { isRawSettings, type RawSettings, valueAt } from './merge-settings.ts';
import { namesIn, type SettingsSubject, settingError, unknownSetting } from './parse-strict.ts';

export interface SplitSettings {
  /** What the command takes, and names that no command knows, which its schema then refuses. */
  readonly used: RawSettings;
  /** Paths of the settings that only other commands use, the outermost groups that hold nothing else. */
  readonly unused: readonly string[];
}

/**
 * Takes out of settings what the command has no use for but another command has, so that one file serves both. Values
 * that are left out are checked all the same.
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

/** @throws ConfigError for a name inside a group that no command knows */
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

/** Each schema judges the values of its own settings; names were looked at before. */
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
