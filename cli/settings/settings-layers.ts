import { dirname } from 'node:path';
import {
  joinSettings,
  mergeSettings,
  type RawSettings,
  settingsAt,
  valueAt,
} from '#shared/config/merge-settings.ts';
import { anchorPlugins } from './anchored-plugins.ts';
import { withTrace } from './channel-trace.ts';
import { parseAssignment, readSettingsFile } from './read-settings.ts';

/** Settings from one origin. */
export interface SettingsLayer {
  /** The origin as the user typed it: `--rounds`, `--set`, a file, `preset city`; `default` for none. */
  readonly origin: string;
  readonly settings: RawSettings;
}

/** An option that sets one setting. */
export interface ShortOption<Options> {
  /** Its name as commander returns it; on the command line it is in kebab case. */
  readonly option: keyof Options & string;
  /** The path of the setting. */
  readonly path: string;
  readonly numeric?: true;
  /** Whether the setting is a list, which the option takes with commas between its entries. */
  readonly list?: true;
  /** Settings that the option sets beside its own. */
  readonly implies?: RawSettings;
}

/** Options for settings that all commands with settings share. */
export interface LayerOptions {
  readonly config?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

/** An option as it is typed on the command line. */
export function flagOf(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * The layers above presets and defaults, lowest first: settings file, short options, `--set`.
 *
 * @throws ConfigError naming the file or the option that cannot be read.
 */
export async function givenLayers<Options extends LayerOptions>(
  options: Options,
  shortOptions: readonly ShortOption<Options>[],
): Promise<readonly SettingsLayer[]> {
  const layers: SettingsLayer[] = [];
  if (options.config !== undefined) {
    const settings = await readSettingsFile(options.config);
    layers.push({ origin: options.config, settings: anchorPlugins(settings, dirname(options.config)) });
  }
  for (const { option, path, numeric, list, implies } of shortOptions) {
    const text = options[option];
    if (typeof text !== 'string') continue;
    const value = numeric ? numberOf(text) : list ? listOf(text) : text;
    const settings = typed(settingsAt(path, value));
    layers.push({ origin: flagOf(option), settings: joinSettings(implies ?? {}, settings) });
  }
  for (const assignment of options.set ?? []) {
    layers.push({ origin: '--set', settings: typed(await parseAssignment(assignment)) });
  }
  return withTraces(layers);
}

/** The entries of a list; spaces around them are taken away. */
function listOf(text: string): readonly string[] {
  return text.split(',').map((entry) => entry.trim());
}

/** Layers in which the files of measured channels are replaced by their values. */
async function withTraces(layers: readonly SettingsLayer[]): Promise<readonly SettingsLayer[]> {
  const roundSeconds = valueAt(mergeLayers(layers), 'channel.traceRoundSeconds');
  return Promise.all(
    layers.map(async ({ origin, settings }) => ({
      origin,
      settings: await withTrace(settings, roundSeconds),
    })),
  );
}

/** Settings of the command line, in which relative paths start from the working folder. */
function typed(settings: RawSettings): RawSettings {
  return anchorPlugins(settings, '.');
}

/** Merges all layers, later over earlier ones. Layers of the command line count as one. */
export function mergeLayers(layers: readonly SettingsLayer[]): RawSettings {
  const [ofCommandLine, others] = [true, false].map((wanted) =>
    layers.filter(({ origin }) => origin.startsWith('--') === wanted).map(({ settings }) => settings),
  );
  return mergeSettings(others.reduce(mergeSettings, {}), ofCommandLine.reduce(joinSettings, {}));
}

/** Origin of a setting: the uppermost layer that has it; undefined if none has. */
export function originOf(layers: readonly SettingsLayer[], path: string): string | undefined {
  return layers.findLast(({ settings }) => valueAt(settings, path) !== undefined)?.origin;
}

/** Subject of errors about a setting: its origin, or `settings` if no layer has it. */
export function subjectIn(layers: readonly SettingsLayer[]): (path: string) => string {
  return (path) => {
    // Layers contain whole lists, so an entry has the origin of its list.
    const origin = originOf(layers, path.replace(/(\.\d+)+$/, ''));
    return origin === undefined || origin === 'default' ? 'settings' : origin;
  };
}

/** The text as a number if it is one. Other text is returned unchanged; the schema refuses it by name. */
function numberOf(text: string): number | string {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}
