import { mergeSettings, type RawSettings, settingsAt } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { type PointPluginRecords, pointPluginsOf, type StudyPlugin } from '#study/plugins/study-plugins.ts';
import type { ModelSizes } from '#study/settings/model-sizes.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import type { Sweep } from './sweep.ts';

/**
 * Combination of several sweeps. `grid`: every combination of their values. `list`: the first value of each,
 * then the second value of each, and so on.
 */
export type SweepMode = 'grid' | 'list';

/** One set of settings of a study. */
export interface StudyPoint {
  readonly index: number;
  /** The swept settings and their values in this point. */
  readonly varied: Readonly<Record<string, unknown>>;
  readonly settings: StudySettings;
  /** The plug-ins of the point. */
  readonly plugins: PointPluginRecords;
}

/** Settings that may hold the path of a plug-in; reports show the plug-in's name instead. */
const PLUGIN_PATHS = { policy: 'scheduling.policy', channel: 'channel.model' } as const;

/** Studies with more runs than this require --yes. */
export const MANY_POINTS = 10_000;

/**
 * The number of points of the sweeps, computed without creating them.
 *
 * @throws ConfigError when the sweeps of a list differ in length, or a setting is swept twice
 */
export function countPoints(sweeps: readonly Sweep[], mode: SweepMode): number {
  const paths = sweeps.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new ConfigError(`${twice} is swept twice.`, { subject: '--sweep' });
  if (mode === 'grid') return sweeps.reduce((product, { values }) => product * values.length, 1);
  const lengths = new Set(sweeps.map(({ values }) => values.length));
  if (lengths.size > 1) {
    throw new ConfigError(
      `in mode list have different numbers of values: ${sweeps.map(({ path, values }) => `${values.length} (${path})`).join(', ')}.`,
      { subject: 'sweeps', remedy: 'Give each the same number of values, or use --sweep-mode grid.' },
    );
  }
  return sweeps[0]?.values.length ?? 1;
}

/** A point whose settings have not been checked. */
interface RawPoint extends Omit<StudyPoint, 'settings' | 'plugins'> {
  readonly settings: RawSettings;
}

/** The settings of every point, as given. */
export function rawPoints(base: RawSettings, sweeps: readonly Sweep[], mode: SweepMode): readonly RawPoint[] {
  const count = countPoints(sweeps, mode);
  return Array.from({ length: count }, (_, index) => {
    const varied: Record<string, unknown> = {};
    let settings = base;
    let rest = index;
    // The last sweep varies fastest, as in nested loops.
    for (const { path, values } of mode === 'grid' ? [...sweeps].reverse() : sweeps) {
      const place = mode === 'grid' ? rest % values.length : index;
      rest = Math.floor(rest / values.length);
      varied[path] = values[place];
      settings = mergeSettings(settings, settingsAt(path, values[place]));
    }
    return { index, varied: Object.fromEntries(sweeps.map(({ path }) => [path, varied[path]])), settings };
  });
}

/**
 * The settings of every point, all checked before the first one is run.
 *
 * @param models sizes of the models that `model.directory` may name
 * @param plugins the plug-ins that the points may name
 * @throws ConfigError naming the point and the invalid setting
 */
export function makePoints(
  base: RawSettings,
  sweeps: readonly Sweep[],
  mode: SweepMode,
  models: ModelSizes = {},
  plugins: readonly StudyPlugin[] = [],
): readonly StudyPoint[] {
  return rawPoints(base, sweeps, mode).map(({ index, varied, settings }) => {
    const where = sweeps.length === 0 ? 'settings' : `point ${index + 1} (${labelOf(varied)})`;
    const parsed = parseStudy(settings, where, models);
    const own = pointPluginsOf(parsed, plugins);
    const names = (['policy', 'channel'] as const).flatMap((kind) => {
      const path = PLUGIN_PATHS[kind];
      return own[kind] !== undefined && Object.hasOwn(varied, path) ? [[path, own[kind].name]] : [];
    });
    return { index, varied: { ...varied, ...Object.fromEntries(names) }, settings: parsed, plugins: own };
  });
}

/** A readable label of a point's values, with the full paths of the settings. */
export function labelOf(varied: Readonly<Record<string, unknown>>): string {
  return Object.entries(varied)
    .map(([path, value]) => `${path}=${textOf(value)}`)
    .join(' ');
}

/** A short label: the last name of each path, or the full path if two settings share their last name. */
export function shortLabelOf(varied: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(varied).map(([path, value]) => ({
    path,
    name: path.slice(path.lastIndexOf('.') + 1),
    value,
  }));
  const names = entries.map(({ name }) => name);
  return entries
    .map(({ path, name, value }) => {
      const unique = names.indexOf(name) === names.lastIndexOf(name);
      return `${unique ? name : path} ${typeof value === 'number' ? compact(value) : textOf(value)}`;
    })
    .join(', ');
}

/** A number in compact notation (K, M, ...) with all digits, so that distinct values stay distinct. */
function compact(value: number): string {
  if (Math.abs(value) < 1e4) return String(value);
  return value.toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 17 });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
