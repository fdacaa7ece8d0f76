import * as z from 'zod';
import { isRawSettings, type RawSettings, valueAt } from '#shared/config/merge-settings.ts';
import { mergeLayers, originOf, type SettingsLayer } from './settings-layers.ts';

/** A setting as a command would use it. */
export interface ResolvedSetting {
  readonly path: string;
  readonly value: unknown;
  /** Where it is from: `default`, `preset NAME`, a file, `--set` or another option. */
  readonly origin: string;
}

/** Every setting of complete settings, each with the uppermost layer that it is from. */
export function resolvedSettings(
  complete: RawSettings,
  layers: readonly SettingsLayer[],
): readonly ResolvedSetting[] {
  const given = mergeLayers(layers);
  return leavesOf(complete, '').map(([path, value]) => ({
    path,
    value,
    // A layer may have a setting that another kind above it replaced.
    origin: valueAt(given, path) === undefined ? 'default' : (originOf(layers, path) ?? 'default'),
  }));
}

function leavesOf(settings: RawSettings, prefix: string): readonly (readonly [string, unknown])[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return isRawSettings(value) ? leavesOf(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value] as const];
  });
}

/** A line for each setting: path, value and origin in columns. */
export function settingsTable(settings: readonly ResolvedSetting[]): string {
  const rows = settings.map(({ path, value, origin }) => [path, JSON.stringify(value), origin] as const);
  const width = (column: 0 | 1) => Math.min(48, Math.max(...rows.map((row) => row[column].length)));
  const [paths, values] = [width(0), width(1)];
  return rows
    .map(([path, value, origin]) => `${path.padEnd(paths)}  ${value.padEnd(values)}  ${origin}`)
    .join('\n');
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * One JSON Schema for settings files that several commands read: what any of them knows is allowed. Nothing is required, as
 * presets and options may say the rest.
 */
export function settingsJsonSchema(schemas: readonly z.ZodType[]): JsonSchema {
  const all = schemas.map(
    (schema): JsonSchema => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  );
  return { ...all.reduce(joinSchemas), title: 'Settings of airtune' };
}

function joinSchemas(one: JsonSchema, other: JsonSchema): JsonSchema {
  if (one.properties === undefined || other.properties === undefined) return one;
  const properties = { ...one.properties };
  for (const [name, schema] of Object.entries(other.properties)) {
    const known = properties[name];
    properties[name] =
      typeof known === 'object' && typeof schema === 'object' ? joinSchemas(known, schema) : schema;
  }
  const { required: _, default: __, ...rest } = one;
  return { ...rest, properties };
}
