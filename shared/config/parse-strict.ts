import type * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { quoted } from '#shared/quoted.ts';
import { describeSettings } from './describe-settings.ts';
import { issueText } from './issue-text.ts';

/** Former names of settings, each with the present name. */
export type RenamedSettings = Readonly<Record<string, string>>;

/**
 * Checks settings against a strict schema.
 *
 * @param renamed former names; the error for one tells the present name
 * @throws ConfigError with one line that names the setting, its value and the requirement; for an unknown
 *   key, the nearest known key
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

/** Source of the settings for error messages: one for all, or by the setting's path. */
export type SettingsSubject = string | ((path: string) => string);

/** A schema's issue as an error. */
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

/** The error for an unknown setting, with its present name if it was renamed, or the nearest known name. */
export function unknownSetting(
  path: string,
  known: ReadonlySet<string>,
  subject: string,
  renamed: RenamedSettings = {},
): ConfigError {
  const nearest = Object.hasOwn(renamed, path) ? undefined : nearestName(path, likelyNames(path, known));
  // The group that holds the unknown name was typed right.
  const isMeant = nearest !== undefined && !path.startsWith(`${nearest}.`);
  const suggestion = isMeant ? `Did you mean ${nearest}?` : 'Remove it.';
  return new ConfigError(`unknown setting ${quotedPath(path)}.`, {
    subject,
    remedy: Object.hasOwn(renamed, path) ? `It is called ${renamed[path]} now.` : suggestion,
  });
}

/**
 * The names that a path may be a typing error of: of its own group those with a similar last part, and all of
 * other groups, since the group may be wrong.
 */
function likelyNames(path: string, known: ReadonlySet<string>): readonly string[] {
  const [group, name] = lastPart(path);
  return [...known].filter((candidate) => {
    const [otherGroup, otherName] = lastPart(candidate);
    return otherGroup !== group || nearestName(name, [otherName]) !== undefined;
  });
}

function lastPart(path: string): readonly [group: string, name: string] {
  const at = path.lastIndexOf('.');
  return [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
}

/** The paths of all settings of a schema and of their groups. */
export function namesIn(schema: z.ZodType): ReadonlySet<string> {
  return new Set(describeSettings(schema).flatMap(({ path }) => [...groupsOf(path), path]));
}

/** A path for a message, cut if it is too long for a path. */
function quotedPath(path: string): string {
  return path.length <= 80 ? path : quoted(path);
}

/**
 * The paths of the groups that contain a setting, from the outermost. The mistake may be in a group's name.
 */
function groupsOf(path: string): readonly string[] {
  const names = path.split('.');
  return names.slice(1).map((_, depth) => names.slice(0, depth + 1).join('.'));
}

/**
 * The issue to report: an unknown name if there is one, else the first. A setting that is reported as missing
 * is often the one that the unknown name means.
 */
function unknownFirst(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const deepest = issues.map(deepestIssue);
  return deepest.find(({ code }) => code === 'unrecognized_keys') ?? deepest[0];
}

/**
 * The issue to report for a union: that of the branch with the longest path to its issue, among the branches
 * for values of this type if there are any.
 */
function deepestIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const inner = issue.errors
    .filter((branch) => branch.length > 0)
    .map(unknownFirst)
    .sort(
      (left, right) =>
        Number(isOtherType(left)) - Number(isOtherType(right)) || right.path.length - left.path.length,
    )[0];
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}

/** Whether the whole value is of another type than the branch takes. */
function isOtherType({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0;
}
