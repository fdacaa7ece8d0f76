import { resolve } from 'node:path';
import type * as z from 'zod';
import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { embeddedRunSchema } from '#run/settings/embedded-run-schema.ts';
import { DEFAULT_KINDS } from '#run/settings/parse-run.ts';
import { findPreset } from '#run/settings/presets.ts';
import { type RawSettings, valueAt } from '#shared/config/merge-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { type RunConfig, runConfigSchema } from '#shared/config/run-config.ts';
import { splitSettings } from '#shared/config/unused-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { studySchema } from '#study/settings/study-schema.ts';
import {
  givenLayers,
  mergeLayers,
  originOf,
  type SettingsLayer,
  type ShortOption,
  subjectIn,
} from './settings-layers.ts';

/** Options of `airtune run` that are settings, as commander returns them. */
export interface SettingOptions {
  readonly preset?: readonly string[];
  readonly config?: string;
  readonly set?: readonly string[];
  readonly model?: string;
  readonly data?: string;
  readonly task?: string;
  readonly devices?: string;
  readonly rounds?: string;
  readonly batchSize?: string;
  readonly loraRank?: string;
  readonly policy?: string;
  readonly engine?: string;
  readonly seed?: string;
}

/** Options that stand for one setting each, for runs and studies. */
export const SHORT_OPTIONS: readonly ShortOption<SettingOptions>[] = [
  { option: 'model', path: 'model.directory' },
  { option: 'data', path: 'data.directory' },
  { option: 'task', path: 'data.task' },
  { option: 'devices', path: 'training.devices', numeric: true },
  { option: 'rounds', path: 'training.rounds', numeric: true },
  { option: 'batchSize', path: 'training.batchSize', numeric: true },
  { option: 'loraRank', path: 'lora.rank', numeric: true },
  { option: 'policy', path: 'scheduling.policy' },
  { option: 'engine', path: 'server.engine' },
  { option: 'seed', path: 'seed', numeric: true },
];

/** Required settings without a default: option, setting, description. */
const REQUIRED = [
  ['--model', 'model.directory', 'a Hugging Face model directory'],
  ['--data', 'data.directory', "the folder with the task's files"],
] as const;

/** A run's settings, their layers, and unused settings. */
export interface ResolvedRun {
  readonly config: RunConfig;
  /** Given settings that only other commands use. */
  readonly unused: readonly string[];
  readonly layers: readonly SettingsLayer[];
}

/** A run's settings on the embedded host. */
export interface ResolvedEmbeddedRun extends ResolvedRun {
  readonly cloud: CloudParameters;
}

/**
 * Resolves the settings of a run. Layers, lowest first: defaults, presets, settings file, short options,
 * `--set`. Without a model and data the result is the quick start. The model keeps its given form: a folder,
 * or a model on a hub.
 *
 * @throws ConfigError naming the setting that is unknown or out of range, and its origin.
 */
export async function resolveRun(options: SettingOptions): Promise<ResolvedRun> {
  const { parsed, unused, layers } = await parseRun(options, runConfigSchema);
  return { config: withAbsoluteData(parsed), unused, layers };
}

/** As {@link resolveRun}, for the embedded host, which also takes `cloud`. */
export async function resolveEmbeddedRun(options: SettingOptions): Promise<ResolvedEmbeddedRun> {
  const { parsed, unused, layers } = await parseRun(options, embeddedRunSchema);
  const { cloud, ...config } = parsed;
  return { config: withAbsoluteData(config), cloud, unused, layers };
}

async function parseRun<S extends z.ZodType>(
  options: SettingOptions,
  schema: S,
): Promise<Omit<ResolvedRun, 'config'> & { readonly parsed: z.output<S> }> {
  return parseLayers(runLayers(options.preset ?? [], await givenLayers(options, SHORT_OPTIONS)), schema);
}

/**
 * The layers of a run's settings, lowest first: defaults, presets, the given ones. Without a model and data
 * among the given ones, the quick start is the lowest preset.
 */
export function runLayers(
  presets: readonly string[],
  given: readonly SettingsLayer[],
): readonly SettingsLayer[] {
  const named = REQUIRED.some(([, path]) => originOf(given, path) !== undefined);
  const base = named || presets.includes('quickstart') ? presets : ['quickstart', ...presets];
  return [
    { origin: 'default', settings: DEFAULT_KINDS },
    ...base.map((name) => ({ origin: `preset ${name}`, settings: findPreset(name).settings })),
    ...given,
  ];
}

/** Settings of a run that layers give, checked by the schema of its host; and unused settings. */
export function parseLayers<S extends z.ZodType>(
  layers: readonly SettingsLayer[],
  schema: S,
): Omit<ResolvedRun, 'config'> & { readonly parsed: z.output<S> } {
  const merged = mergeLayers(layers);
  requireNamed(merged);
  const subject = subjectIn(layers);
  const { used, unused } = splitSettings(merged, schema, [studySchema], subject);
  return { parsed: parseStrict(schema, used, subject), unused, layers };
}

/** The settings with the data folder as an absolute path. */
export function withAbsoluteData<C extends Pick<RunConfig, 'data'>>(config: C): C {
  return { ...config, data: { ...config.data, directory: resolve(config.data.directory) } };
}

function requireNamed(settings: RawSettings): void {
  for (const [flag, path, what] of REQUIRED) {
    if (valueAt(settings, path) !== undefined) continue;
    throw new ConfigError(`${path} is not given.`, {
      subject: 'settings',
      remedy: `Name ${what} with ${flag}.`,
    });
  }
}
