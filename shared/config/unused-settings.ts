import type * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import { describeSettings } from './describe-settings.ts';
import { issueText } from './issue-text.ts';
import { isRawSettings, type RawSettings, valueAt } from './merge-settings.ts';

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
  subject: (path: string) => string,
): SplitSettings {
  const ownPaths = pathsOf(own);
  const otherPaths = new Set(others.flatMap((schema) => [...pathsOf(schema)]));
  const unused: string[] = [];
  const keep = (group: RawSettings, prefix: string): RawSettings =>
    Object.fromEntries(
      Object.entries(group).flatMap(([key, value]): [string, unknown][] => {
        const path = `${prefix}${key}`;
        if (ownPaths.has(path)) return [[key, isRawSettings(value) ? keep(value, `${path}.`) : value]];
        if (!otherPaths.has(path)) return [[key, value]];
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

function requireValid(
  schema: z.ZodType,
  settings: RawSettings,
  unused: readonly string[],
  subject: (path: string) => string,
): void {
  const issue = schema.safeParse(settings).error?.issues.find(({ path }) => {
    const name = path.map(String).join('.');
    const isUnused = unused.some((one) => name === one || name.startsWith(`${one}.`));
    return isUnused && valueAt(settings, name) !== undefined;
  });
  if (issue === undefined) return;
  const { message, remedy } = issueText(issue, settings);
  throw new ConfigError(`${message}.`, {
    subject: subject(issue.path.map(String).join('.')),
    ...(remedy === undefined ? {} : { remedy }),
  });
}
