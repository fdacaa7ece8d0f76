import { resolve } from 'node:path';
import type * as z from 'zod';
import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { HUB_DATA } from '#run/model/data-source.ts';
import { embeddedRunSchema } from '#run/settings/embedded-run-schema.ts';
import { DEFAULT_KINDS } from '#run/settings/parse-run.ts';
import { findPreset } from '#run/settings/presets.ts';
import { type RawSettings, valueAt } from '#shared/config/merge-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { type RunConfig, runConfigSchema } from '#shared/config/run-config.ts';
import { splitSettings } from '#shared/config/unused-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { studySchema } from '#study/settings/study-schema.ts';
import { dataLayers } from './data-layers.ts';
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
  readonly data?: string | readonly string[];
  readonly testData?: readonly string[];
  readonly task?: string;
  readonly textColumn?: string;
  readonly textPairColumn?: string;
  readonly labelColumn?: string;
  readonly scoreColumn?: string;
  readonly promptColumn?: string;
  readonly completionColumn?: string;
  readonly splitColumn?: string;
  readonly deviceColumn?: string;
  readonly devices?: string;
  readonly rounds?: string;
  readonly batchSize?: string;
  readonly loraRank?: string;
  readonly loraTargets?: string;
  readonly policy?: string;
  readonly engine?: string;
  readonly seed?: string;
}

/** Options that set one setting each, for runs and studies. */
export const SHORT_OPTIONS: readonly ShortOption<SettingOptions>[] = [
  { option: 'model', path: 'model.directory' },
  { option: 'task', path: 'data.task' },
  { option: 'textColumn', path: 'data.columns.text' },
  { option: 'textPairColumn', path: 'data.columns.pair' },
  { option: 'labelColumn', path: 'data.columns.label' },
  { option: 'scoreColumn', path: 'data.columns.score' },
  { option: 'promptColumn', path: 'data.columns.prompt' },
  { option: 'completionColumn', path: 'data.columns.completion' },
  { option: 'splitColumn', path: 'data.columns.split' },
  {
    option: 'deviceColumn',
    path: 'data.partition.column',
    implies: { data: { partition: { kind: 'column' } } },
  },
  { option: 'devices', path: 'training.devices', numeric: true },
  { option: 'rounds', path: 'training.rounds', numeric: true },
  { option: 'batchSize', path: 'training.batchSize', numeric: true },
  { option: 'loraRank', path: 'lora.rank', numeric: true },
  { option: 'loraTargets', path: 'lora.targets', list: true },
  { option: 'policy', path: 'scheduling.policy' },
  { option: 'engine', path: 'server.engine' },
  { option: 'seed', path: 'seed', numeric: true },
];

/** Required settings without a default: option, setting, description. */
const REQUIRED = [
  [
    '--model',
    'model.directory',
    'a Hugging Face model directory, or a model on the hub, such as hf:sentence-transformers/all-MiniLM-L6-v2',
  ],
  ['--data', 'data.directory', "the folder with the task's files, or with --task text a table file"],
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

/** The given layers of a run's settings, lowest first: settings file, options, `--set`. */
export async function givenRunLayers(options: SettingOptions): Promise<readonly SettingsLayer[]> {
  const layers = await givenLayers(options, SHORT_OPTIONS);
  const isBelow = (layer: SettingsLayer): boolean => layer.origin === options.config;
  return [...layers.filter(isBelow), ...dataLayers(options), ...layers.filter((layer) => !isBelow(layer))];
}

async function parseRun<S extends z.ZodType>(
  options: SettingOptions,
  schema: S,
): Promise<Omit<ResolvedRun, 'config'> & { readonly parsed: z.output<S> }> {
  return parseLayers(runLayers(options.preset ?? [], await givenRunLayers(options)), schema);
}

/**
 * The layers of a run's settings, lowest first: defaults, presets, the given ones. The quick start is the
 * lowest preset unless a model or data are given, or a preset is for another task.
 */
export function runLayers(
  presets: readonly string[],
  given: readonly SettingsLayer[],
): readonly SettingsLayer[] {
  const named =
    REQUIRED.some(([, path]) => originOf(given, path) !== undefined) ||
    presets.some((name) => valueAt(findPreset(name).settings, 'data.task') !== undefined);
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

/** The settings with the places of the data as absolute paths. */
export function withAbsoluteData<C extends Pick<RunConfig, 'data'>>(config: C): C {
  const { directory, files } = config.data;
  const absolute = (paths: readonly string[]): string[] => paths.map((path) => resolve(path));
  return {
    ...config,
    data: {
      ...config.data,
      directory: directory.startsWith(HUB_DATA) ? directory : resolve(directory),
      ...(files === undefined
        ? {}
        : {
            files: {
              ...(files.train === undefined ? {} : { train: absolute(files.train) }),
              ...(files.test === undefined ? {} : { test: absolute(files.test) }),
            },
          }),
    },
  };
}

function requireNamed(settings: RawSettings): void {
  for (const [flag, path, what] of REQUIRED) {
    if (valueAt(settings, path) !== undefined) continue;
    throw new ConfigError('is not given.', {
      subject: `${flag} (${path})`,
      remedy: `Name ${what}.`,
    });
  }
}
