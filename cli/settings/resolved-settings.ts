import * as z from 'zod';
import { isRawSettings, type RawSettings, valueAt } from '#shared/config/merge-settings.ts';
import { mergeLayers, originOf, type SettingsLayer } from './settings-layers.ts';

/** A setting with the value that a command uses. */
export interface ResolvedSetting {
  readonly path: string;
  readonly value: unknown;
  /** Its origin: `default`, `preset NAME`, a file, `--set` or another option. */
  readonly origin: string;
}

/** Every setting of complete settings, each with the uppermost layer that sets it. */
export function resolvedSettings(
  complete: RawSettings,
  layers: readonly SettingsLayer[],
): readonly ResolvedSetting[] {
  const given = mergeLayers(layers);
  return leavesOf(complete, '').map(([path, value]) => ({
    path,
    value,
    // A layer may contain a setting of a group whose kind a higher layer has replaced.
    origin: valueAt(given, path) === undefined ? 'default' : (originOf(layers, path) ?? 'default'),
  }));
}

function leavesOf(settings: RawSettings, prefix: string): readonly (readonly [string, unknown])[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return isRawSettings(value) ? leavesOf(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value] as const];
  });
}

/** Longest list that is shown in full. */
const LONGEST_LIST = 100;

function shown(value: unknown): string {
  return Array.isArray(value) && value.length > LONGEST_LIST
    ? `${value.length} values`
    : JSON.stringify(value);
}

/** Table of settings: path, value and origin. */
export function settingsTable(settings: readonly ResolvedSetting[]): string {
  const rows = settings.map(({ path, value, origin }) => [path, shown(value), origin] as const);
  const width = (column: 0 | 1) => Math.min(48, Math.max(...rows.map((row) => row[column].length)));
  const [paths, values] = [width(0), width(1)];
  return rows
    .map(([path, value, origin]) => `${path.padEnd(paths)}  ${value.padEnd(values)}  ${origin}`)
    .join('\n');
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * One JSON Schema for settings files that several commands read. It allows the settings of every command.
 * Nothing is required, because presets and options may give the rest.
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
