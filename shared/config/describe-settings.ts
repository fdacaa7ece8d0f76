import * as z from 'zod';

export interface SettingDescription {
  /** Dotted path, as used with `--set`. */
  readonly path: string;
  readonly description: string;
  /** The default as JSON text; undefined if the setting has none. */
  readonly defaultText: string | undefined;
  /** The values of a choice, which may allow others besides, such as the name of a file; else empty. */
  readonly choices: readonly string[];
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * Lists every setting of a schema with its documentation, in the schema's order, including those in all
 * branches of unions.
 */
export function describeSettings(schema: z.ZodType): readonly SettingDescription[] {
  const found = new Map<string, SettingDescription>();
  collect(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), '', found);
  return [...found.values()];
}

function collect(schema: JsonSchema, path: string, found: Map<string, SettingDescription>): void {
  const branches = schema.anyOf ?? schema.oneOf;
  if (schema.properties !== undefined) {
    for (const [key, child] of Object.entries(schema.properties)) {
      if (typeof child === 'object') collect(child, path === '' ? key : `${path}.${key}`, found);
    }
    return;
  }
  if (branches?.some(isGroup)) {
    for (const branch of branches) {
      if (typeof branch !== 'object') continue;
      collect({ ...branch, description: branch.description ?? schema.description ?? '' }, path, found);
    }
    return;
  }
  const earlier = found.get(path);
  const choices = [schema, ...(branches ?? [])].flatMap(namedValues);
  found.set(path, {
    path,
    description: earlier?.description || (schema.description ?? ''),
    defaultText:
      earlier?.defaultText ?? (schema.default === undefined ? undefined : JSON.stringify(schema.default)),
    choices: [...new Set([...(earlier?.choices ?? []), ...choices.map(String)])],
  });
}

/** Whether a schema is one of named settings, or a choice among such. */
function isGroup(schema: JsonSchema | boolean): boolean {
  if (typeof schema === 'boolean') return false;
  return schema.properties !== undefined || (schema.anyOf ?? schema.oneOf ?? []).some(isGroup);
}

/** The values that a schema names. */
function namedValues(schema: JsonSchema | boolean): readonly unknown[] {
  if (typeof schema === 'boolean') return [];
  return schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
}
