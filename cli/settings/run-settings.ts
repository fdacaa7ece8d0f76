import { resolve } from 'node:path';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { type RunConfig, runConfigSchema } from '#shared/config/run-config.ts';
import { ConfigError } from '#shared/errors.ts';
import { defaultKinds } from './default-kinds.ts';
import { mergeSettings, type RawSettings, settingsAt, valueAt } from '#shared/config/merge-settings.ts';
import { findPreset } from './presets.ts';
import { parseAssignment, readSettingsFile } from './read-settings.ts';

/** The options of `airtune run` that are settings, as commander gives them. */
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

interface ShortOption {
  readonly option: Exclude<keyof SettingOptions, 'preset' | 'config' | 'set'>;
  /** The setting it stands for. */
  readonly path: string;
  readonly numeric?: true;
  /** What to name with it where nothing else does, and there is no default. */
  readonly required?: string;
}

const SHORT_OPTIONS: readonly ShortOption[] = [
  { option: 'model', path: 'model.directory', required: 'a Hugging Face model directory' },
  { option: 'data', path: 'data.directory', required: "the folder with the task's files" },
  { option: 'task', path: 'data.task' },
  { option: 'devices', path: 'training.devices', numeric: true },
  { option: 'rounds', path: 'training.rounds', numeric: true },
  { option: 'batchSize', path: 'training.batchSize', numeric: true },
  { option: 'loraRank', path: 'lora.rank', numeric: true },
  { option: 'policy', path: 'scheduling.policy' },
  { option: 'engine', path: 'server.engine' },
  { option: 'seed', path: 'seed', numeric: true },
];

/**
 * The settings of a run: presets, then the file, then short options, then `--set`, each over the ones before; what
 * nobody names has its default. Without a model, data or file it is the quick start. The model is as it was named: a
 * folder, or a model on a hub.
 *
 * @throws ConfigError naming the setting that is unknown or out of range.
 */
export async function runSettings(options: SettingOptions): Promise<RunConfig> {
  const own = options.model ?? options.data ?? options.config;
  const presets = options.preset ?? [];
  const base = own === undefined && !presets.includes('quickstart') ? ['quickstart', ...presets] : presets;
  const layers: RawSettings[] = [defaultKinds(), ...base.map((name) => findPreset(name).settings)];
  if (options.config !== undefined) layers.push(await readSettingsFile(options.config));
  for (const { option, path, numeric } of SHORT_OPTIONS) {
    const text = options[option];
    if (text !== undefined) layers.push(settingsAt(path, numeric ? numberOf(text) : text));
  }
  layers.push(...(options.set ?? []).map(parseAssignment));
  const merged = layers.reduce(mergeSettings, {});
  requireNamed(merged);
  const config = parseStrict(runConfigSchema, merged, 'settings');
  return { ...config, data: { ...config.data, directory: resolve(config.data.directory) } };
}

function requireNamed(settings: RawSettings): void {
  for (const { option, path, required } of SHORT_OPTIONS) {
    if (required === undefined || valueAt(settings, path) !== undefined) continue;
    throw new ConfigError(`${path} is not given.`, {
      subject: 'settings',
      remedy: `Name ${required} with --${option}.`,
    });
  }
}

/** A number as the schema can judge it; what is none stays text, and is refused there by name. */
function numberOf(text: string): number | string {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}
