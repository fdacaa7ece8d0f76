import type * as z from 'zod';
import { describeSettings } from './describe-settings.ts';
import { isRawSettings, type RawSettings, valueAt } from './merge-settings.ts';
import { type SettingsSubject, settingError } from './parse-strict.ts';

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
 * @throws ConfigError for a setting of another command that is out of range
 */
export function splitSettings(
  settings: RawSettings,
  own: z.ZodType,
  others: readonly z.ZodType[],
  subject: SettingsSubject,
): SplitSettings {
  const ownPaths = pathsOf(own);
  const otherPaths = new Set(others.flatMap((schema) => [...pathsOf(schema)]));
  const unused: string[] = [];
  const keep = (group: RawSettings, prefix: string): RawSettings =>
    Object.fromEntries(
      Object.entries(group).flatMap(([key, value]): [string, unknown][] => {
        const path = `${prefix}${key}`;
        if (ownPaths.has(path)) return [[key, isRawSettings(value) ? keep(value, `${path}.`) : value]];
        if (!otherPaths.has(path) || holdsUnknown(value, path, otherPaths)) return [[key, value]];
        unused.push(path);
        return [];
      }),
    );
  const used = keep(settings, '');
  for (const schema of others) requireValid(schema, settings, unused, subject);
  return { used, unused };
}

/** Every setting of a schema and every group that holds one. */
function pathsOf(schema: z.ZodType): ReadonlySet<string> {
  const paths = describeSettings(schema).map(({ path }) => path.split('.'));
  return new Set(paths.flatMap((names) => names.map((_, depth) => names.slice(0, depth + 1).join('.'))));
}

/** Whether a group holds a name that no command knows: then the whole group is left to be refused. */
function holdsUnknown(value: unknown, path: string, known: ReadonlySet<string>): boolean {
  const isGroup = [...known].some((one) => one.startsWith(`${path}.`));
  if (!isGroup || !isRawSettings(value)) return false;
  return Object.entries(value).some(([key, inner]) => {
    const innerPath = `${path}.${key}`;
    return !known.has(innerPath) || holdsUnknown(inner, innerPath, known);
  });
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
