import type * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { quoted } from '#shared/quoted.ts';
import { describeSettings } from './describe-settings.ts';
import { issueText } from './issue-text.ts';

/** Names that settings had before, each with its present one. */
export type RenamedSettings = Readonly<Record<string, string>>;

/**
 * Checks a value from outside against a strict schema.
 *
 * @param renamed A former name is refused with the present one.
 * @throws ConfigError with one line that names the setting, its value and what it must be; for an unknown key, the
 *   known key nearest to it.
 */
export function parseStrict<S extends z.ZodType>(
  schema: S,
  value: unknown,
  subject: SettingsSubject,
  renamed: RenamedSettings = {},
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw settingError(schema, unknownFirst(parsed.error.issues), value, subject, renamed);
}

/** Where settings are from: the same place for all of them, or by the setting's path. */
export type SettingsSubject = string | ((path: string) => string);

/** What a schema found wrong with one setting, as an error. */
export function settingError(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  value: unknown,
  subject: SettingsSubject,
  renamed: RenamedSettings = {},
): ConfigError {
  const subjectOf = typeof subject === 'string' ? () => subject : subject;
  if (issue.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0]].map(String).join('.');
    return unknownSetting(path, namesIn(schema), subjectOf(path), renamed);
  }
  const { message, remedy } = issueText(issue, value);
  return new ConfigError(`${message}.`, {
    subject: subjectOf(issue.path.map(String).join('.')),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** A name that no setting has, as an error with the nearest of the known ones. */
export function unknownSetting(
  path: string,
  known: ReadonlySet<string>,
  subject: string,
  renamed: RenamedSettings = {},
): ConfigError {
  const nearest = Object.hasOwn(renamed, path) ? undefined : nearestName(path, known);
  const suggestion = nearest === undefined ? 'Remove it.' : `Did you mean ${nearest}?`;
  return new ConfigError(`unknown setting ${quotedPath(path)}.`, {
    subject,
    remedy: Object.hasOwn(renamed, path) ? `It is called ${renamed[path]} now.` : suggestion,
  });
}

/** The paths of all settings of a schema and of the groups that they are in. */
export function namesIn(schema: z.ZodType): ReadonlySet<string> {
  return new Set(describeSettings(schema).flatMap(({ path }) => [...groupsOf(path), path]));
}

/** A path as it was given, where it is short enough to be one. */
function quotedPath(path: string): string {
  return path.length <= 80 ? path : quoted(path);
}

/** The groups that a setting is in, from the outermost: the mistake may be in the name of one of them. */
function groupsOf(path: string): readonly string[] {
  const names = path.split('.');
  return names.slice(1).map((_, depth) => names.slice(0, depth + 1).join('.'));
}

/** An unknown name is the likelier mistake: what is said to be missing may be what it means. */
function unknownFirst(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const deepest = issues.map(deepestIssue);
  return deepest.find(({ code }) => code === 'unrecognized_keys') ?? deepest[0];
}

/** The issue to tell a person about: inside a union, the one of the branch that came furthest. */
function deepestIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const inner = issue.errors
    .filter((branch) => branch.length > 0)
    .map(unknownFirst)
    .sort((left, right) => right.path.length - left.path.length)[0];
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}
