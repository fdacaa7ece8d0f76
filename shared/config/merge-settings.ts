import { CHANNEL_ALTERNATIVES } from '#shared/channel/settings.ts';
import { MODEL_ALTERNATIVES } from '#shared/model/settings.ts';
import { DELAY_BUDGET_ALTERNATIVES } from '#shared/scheduling/delay-budget.ts';

/** Settings from a file, a preset or the command line, not checked yet. */
export interface RawSettings {
  readonly [key: string]: unknown;
}

export function isRawSettings(value: unknown): value is RawSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Pairs of settings for the same quantity. In a merge, one of a pair from above replaces the other. */
const ALTERNATIVES: readonly (readonly [string, string])[] = [
  ...CHANNEL_ALTERNATIVES,
  ...DELAY_BUDGET_ALTERNATIVES,
  ...MODEL_ALTERNATIVES,
];

/**
 * Merges two sets of settings, group by group; values from above replace those from below. A group from above
 * with another `kind` replaces the whole group below, because its other settings would not fit. A quantity
 * replaces the same quantity in another unit.
 *
 * @param below settings of lower precedence
 * @param above settings of higher precedence
 */
export function mergeSettings(below: RawSettings, above: RawSettings): RawSettings {
  const replaced = ALTERNATIVES.flatMap(([one, other]) => [
    ...(Object.hasOwn(above, one) ? [other] : []),
    ...(Object.hasOwn(above, other) ? [one] : []),
  ]);
  const kept = Object.entries(below).filter(([key]) => !replaced.includes(key));
  return overlay(Object.fromEntries(kept), above, mergeSettings);
}

/**
 * Merges settings from the same source, such as several `--set` options. Later ones replace earlier ones, but
 * a quantity that is given in two units is kept twice: the schema refuses it.
 */
export function joinSettings(earlier: RawSettings, later: RawSettings): RawSettings {
  return overlay(earlier, later, joinSettings);
}

function overlay(below: RawSettings, above: RawSettings, groups: typeof mergeSettings): RawSettings {
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const under = merged.get(key);
    const sameKind =
      isRawSettings(value) && isRawSettings(under) && (value.kind === undefined || value.kind === under.kind);
    merged.set(key, sameKind ? groups(under, value) : value);
  }
  return Object.fromEntries(merged);
}

/** Settings with one value at a dotted path: `a.b` and 1 give `{ a: { b: 1 } }`. */
export function settingsAt(path: string, value: unknown): RawSettings {
  const names = path.split('.');
  const inner = names.slice(1).reduceRight<unknown>((settings, name) => ({ [name]: settings }), value);
  return { [names[0]]: inner };
}

/** The value at a dotted path; undefined if there is none. */
export function valueAt(settings: RawSettings, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (isRawSettings(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      settings,
    );
}

/**
 * The groups of complete settings that have a `kind`. They are the lowest layer of a merge, so that one
 * setting of such a group can be changed without naming its kind.
 */
export function kindsIn(settings: RawSettings): RawSettings {
  const groups = Object.entries(settings).flatMap(([key, value]): [string, RawSettings][] => {
    if (!isRawSettings(value)) return [];
    const kinds = typeof value.kind === 'string' ? value : kindsIn(value);
    return Object.keys(kinds).length === 0 ? [] : [[key, kinds]];
  });
  return Object.fromEntries(groups);
}
