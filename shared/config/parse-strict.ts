import type * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { describeSettings } from './describe-settings.ts';

/**
 * Checks a value from outside against a strict schema.
 *
 * @throws ConfigError with one line that names the setting, what is wrong with it, and, for an unknown key, the
 * known key nearest to it.
 */
export function parseStrict<S extends z.ZodType>(schema: S, value: unknown, subject: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = deepestIssue(parsed.error.issues);
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const unknownPath = [...issue.path, issue.keys[0]].map(String).join('.');
    const nearest = nearestName(
      unknownPath,
      describeSettings(schema).flatMap(({ path: known }) => [...groupsOf(known), known]),
    );
    throw new ConfigError(`unknown setting ${unknownPath}.`, {
      subject,
      remedy: nearest === undefined ? 'Remove it.' : `Did you mean ${nearest}?`,
      cause: parsed.error,
    });
  }
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  throw new ConfigError(`${path === '' ? 'the value' : path}: ${message}.`, { subject, cause: parsed.error });
}

/** The groups that a setting is in, from the outermost: a slip may be in the name of one of them. */
function groupsOf(path: string): readonly string[] {
  const names = path.split('.');
  return names.slice(1).map((_, depth) => names.slice(0, depth + 1).join('.'));
}

/** The issue to tell a person about: inside a union, the one of the branch that came furthest. */
function deepestIssue(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const first = issues[0];
  if (first.code !== 'invalid_union' || first.errors.length === 0) return first;
  const inner = first.errors
    .filter((branch) => branch.length > 0)
    .map((branch) => deepestIssue(branch))
    .sort((left, right) => right.path.length - left.path.length)[0];
  return inner === undefined ? first : { ...inner, path: [...first.path, ...inner.path] };
}
