import { mergeSettings, type RawSettings, settingsAt } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import type { ModelSizes } from '#study/settings/model-sizes.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import type { Sweep } from './sweep.ts';

/** How several sweeps go together: every value with every other, or the first with the first and so on. */
export type SweepMode = 'grid' | 'list';

/** One set of settings of a study. */
export interface StudyPoint {
  readonly index: number;
  /** The swept settings and their values here. */
  readonly varied: Readonly<Record<string, unknown>>;
  readonly settings: StudySettings;
}

/** Points above this number are only run when asked for expressly. */
export const MANY_POINTS = 10_000;

/**
 * How many points the sweeps amount to, without making them.
 *
 * @throws ConfigError when lists that go together are not equally long, or a setting is swept twice
 */
export function countPoints(sweeps: readonly Sweep[], mode: SweepMode): number {
  const paths = sweeps.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new ConfigError(`${twice} is swept twice.`, { subject: '--sweep' });
  if (mode === 'grid') return sweeps.reduce((product, { values }) => product * values.length, 1);
  const lengths = new Set(sweeps.map(({ values }) => values.length));
  if (lengths.size > 1) {
    throw new ConfigError(
      `go together as a list, and have ${sweeps.map(({ path, values }) => `${values.length} (${path})`).join(', ')} values.`,
      { subject: 'sweeps', remedy: 'Give each the same number of values, or use --sweep-mode grid.' },
    );
  }
  return sweeps[0]?.values.length ?? 1;
}

/** A point whose settings are not checked yet. */
interface RawPoint extends Omit<StudyPoint, 'settings'> {
  readonly settings: RawSettings;
}

/** Every point's settings as they were given. */
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
 * Makes every point's settings and checks them all, before the first one is run.
 *
 * @param models sizes of the models that `model.directory` may name
 * @throws ConfigError naming the point and the setting that is wrong
 */
export function makePoints(
  base: RawSettings,
  sweeps: readonly Sweep[],
  mode: SweepMode,
  models: ModelSizes = {},
): readonly StudyPoint[] {
  return rawPoints(base, sweeps, mode).map(({ index, varied, settings }) => {
    const where = sweeps.length === 0 ? 'settings' : `point ${index + 1} (${labelOf(varied)})`;
    return { index, varied, settings: parseStudy(settings, where, models) };
  });
}

/** A point's values as a person reads them, with the settings' full paths. */
export function labelOf(varied: Readonly<Record<string, unknown>>): string {
  return Object.entries(varied)
    .map(([path, value]) => `${path}=${textOf(value)}`)
    .join(' ');
}

/** The same for where room is short: of each path the last name, unless two settings have it in common. */
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

/**
 * A number with its thousands, millions and so on by their letter: every digit that counts, so that no two
 * look alike.
 */
function compact(value: number): string {
  if (Math.abs(value) < 1e4) return String(value);
  return value.toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 17 });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
