import { isRawSettings, type RawSettings } from '#shared/config/merge-settings.ts';

/** Every setting of complete settings by its path. */
export type SettingsLeaves = ReadonlyMap<string, unknown>;

/** The leaves of settings; lists count as one value. */
export function settingsLeaves(settings: RawSettings, prefix = ''): SettingsLeaves {
  return new Map(
    Object.entries(settings).flatMap(([key, value]): (readonly [string, unknown])[] => {
      if (value === undefined) return [];
      return isRawSettings(value)
        ? [...settingsLeaves(value, `${prefix}${key}.`)]
        : [[`${prefix}${key}`, value]];
    }),
  );
}

/**
 * Settings whose values differ, with the value of each element of `all`: undefined where it lacks the
 * setting. A setting that only some kinds of runs have counts as well.
 */
export function differingSettings(
  all: readonly SettingsLeaves[],
): readonly { readonly path: string; readonly values: readonly unknown[] }[] {
  const paths = [...new Set(all.flatMap((leaves) => [...leaves.keys()]))];
  return paths.flatMap((path) => {
    const values = all.map((leaves) => leaves.get(path));
    return new Set(values.map((value) => JSON.stringify(value) ?? '')).size > 1 ? [{ path, values }] : [];
  });
}
