import * as z from 'zod';

/**
 * Schema of a plug-in's settings: one of zod, or of another library that implements the Standard Schema
 * interface.
 */
export interface SettingsSchema<Output = unknown> {
  readonly '~standard': {
    readonly validate: (value: unknown) => SettingsResult<Output> | Promise<SettingsResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

type SettingsResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SettingsIssue[] };

interface SettingsIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A schema, or a function that makes one with airtune's zod: the plug-in then needs no package. */
export type GivenSchema<Output = unknown> =
  | SettingsSchema<Output>
  | ((zod: typeof z) => SettingsSchema<Output>);

/** Checks a plug-in's settings. Returns the complete settings, or a sentence about the first wrong one. */
export async function checkSettings(
  given: unknown,
  schema: unknown,
  path: string,
): Promise<{ readonly value: unknown } | { readonly message: string }> {
  if (schema === undefined) {
    const [extra] = Object.keys(isRecord(given) ? given : {});
    return extra === undefined
      ? { value: {} }
      : { message: `${path}.${extra} is given, and the plug-in has no settings.` };
  }
  const made: unknown = typeof schema === 'function' ? schema(z) : schema;
  if (!isSchema(made)) return { message: 'its `settings` are no schema of zod or another Standard Schema.' };
  const result = await made['~standard'].validate(given);
  if (result.issues !== undefined) {
    const [issue] = result.issues;
    const inner = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
    return { message: `${[path, ...inner].join('.')}: ${issue?.message ?? 'cannot be used'}.` };
  }
  const kept = isRecord(result.value) ? result.value : {};
  const extra = Object.keys(isRecord(given) ? given : {}).find((key) => !Object.hasOwn(kept, key));
  return extra === undefined
    ? { value: result.value }
    : { message: `unknown setting ${path}.${extra}; the plug-in has ${namesOf(kept)}.` };
}

function namesOf(settings: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(settings);
  return names.length === 0 ? 'none' : names.join(', ');
}

function isSchema(value: unknown): value is SettingsSchema {
  if (!isRecord(value)) return false;
  const standard = value['~standard'];
  return isRecord(standard) && typeof standard.validate === 'function';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}
