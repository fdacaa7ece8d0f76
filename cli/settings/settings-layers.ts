import {
  joinSettings,
  mergeSettings,
  type RawSettings,
  settingsAt,
  valueAt,
} from '#shared/config/merge-settings.ts';
import { parseAssignment, readSettingsFile } from './read-settings.ts';

/** Settings from one place. */
export interface SettingsLayer {
  /** The place as a person named it: `--rounds`, `--set`, a file, `preset city`; `default` for none. */
  readonly origin: string;
  readonly settings: RawSettings;
}

/** An option that stands for one setting. */
export interface ShortOption<Options> {
  /** Its name as commander gives it; on the command line it is in kebab case. */
  readonly option: keyof Options & string;
  /** The setting it stands for. */
  readonly path: string;
  readonly numeric?: true;
}

/** Options by which every command that has settings takes them. */
export interface LayerOptions {
  readonly config?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

/** An option as it is typed. */
export function flagOf(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * The layers above presets and defaults, each over the ones before: the file, then short options, then `--set`.
 *
 * @throws ConfigError naming the file or the option that cannot be read
 */
export async function givenLayers<Options extends LayerOptions>(
  options: Options,
  shortOptions: readonly ShortOption<Options>[],
): Promise<readonly SettingsLayer[]> {
  const layers: SettingsLayer[] = [];
  if (options.config !== undefined) {
    layers.push({ origin: options.config, settings: await readSettingsFile(options.config) });
  }
  for (const { option, path, numeric } of shortOptions) {
    const text = options[option];
    if (typeof text !== 'string') continue;
    layers.push({ origin: flagOf(option), settings: settingsAt(path, numeric ? numberOf(text) : text) });
  }
  for (const assignment of options.set ?? []) {
    layers.push({ origin: '--set', settings: parseAssignment(assignment) });
  }
  return layers;
}

/** All layers laid over each other; those of the command line are one. */
export function mergeLayers(layers: readonly SettingsLayer[]): RawSettings {
  const [typed, others] = [true, false].map((wanted) =>
    layers.filter(({ origin }) => origin.startsWith('--') === wanted).map(({ settings }) => settings),
  );
  return mergeSettings(others.reduce(mergeSettings, {}), typed.reduce(joinSettings, {}));
}

/** Where a setting comes from: the uppermost layer that has it; undefined where none has. */
export function originOf(layers: readonly SettingsLayer[], path: string): string | undefined {
  return layers.findLast(({ settings }) => valueAt(settings, path) !== undefined)?.origin;
}

/** What errors about a setting begin with: where it is from, or `settings` where it is given nowhere. */
export function subjectIn(layers: readonly SettingsLayer[]): (path: string) => string {
  return (path) => {
    // Layers hold lists whole: an entry is from where its list is.
    const origin = originOf(layers, path.replace(/(\.\d+)+$/, ''));
    return origin === undefined || origin === 'default' ? 'settings' : origin;
  };
}

/** A number as the schema can judge it; anything else stays text, and is refused there by name. */
function numberOf(text: string): number | string {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}
