import { CHANNEL_ALTERNATIVES } from '#shared/channel/settings.ts';
import { MODEL_ALTERNATIVES } from '#shared/model/settings.ts';
import { DELAY_BUDGET_ALTERNATIVES } from '#shared/scheduling/delay-budget.ts';

/** Settings as they come from a file, a preset or the command line, before they are checked. */
export interface RawSettings {
  readonly [key: string]: unknown;
}

export function isRawSettings(value: unknown): value is RawSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Settings that say the same in two ways: one of them from above takes the place of the other from below. */
const ALTERNATIVES: readonly (readonly [string, string])[] = [
  ...CHANNEL_ALTERNATIVES,
  ...DELAY_BUDGET_ALTERNATIVES,
  ...MODEL_ALTERNATIVES,
];

/**
 * Lays one set of settings over another, group by group. A group that names another `kind` replaces the whole group
 * below it, whose other settings would not fit; a quantity in another unit replaces the one below it.
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
 * Puts settings from the same place together, such as several `--set`: later ones over earlier ones, but a quantity that
 * is given in two units stays so, and is refused by the schema.
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

/** The settings that a dotted path and a value amount to: `a.b` and 1 give `{ a: { b: 1 } }`. */
export function settingsAt(path: string, value: unknown): RawSettings {
  const names = path.split('.');
  const inner = names.slice(1).reduceRight<unknown>((settings, name) => ({ [name]: settings }), value);
  return { [names[0]]: inner };
}

/** The setting at a dotted path; undefined where none is given. */
export function valueAt(settings: RawSettings, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (isRawSettings(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      settings,
    );
}

/**
 * The groups that come in kinds, out of settings that are complete: the lowest layer, so that one of their settings can be
 * changed by itself where no kind is named.
 */
export function kindsIn(settings: RawSettings): RawSettings {
  const groups = Object.entries(settings).flatMap(([key, value]): [string, RawSettings][] => {
    if (!isRawSettings(value)) return [];
    const kinds = typeof value.kind === 'string' ? value : kindsIn(value);
    return Object.keys(kinds).length === 0 ? [] : [[key, kinds]];
  });
  return Object.fromEntries(groups);
}
