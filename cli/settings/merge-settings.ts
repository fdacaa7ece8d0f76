/** Settings as they come from a file, a preset or the command line, before they are checked. */
export interface RawSettings {
  readonly [key: string]: unknown;
}

export function isRawSettings(value: unknown): value is RawSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Lays one set of settings over another, group by group. A group that names another `kind` replaces the whole group
 * below it: what belonged to the other kind would not fit.
 */
export function mergeSettings(below: RawSettings, above: RawSettings): RawSettings {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    const sameKind =
      isRawSettings(value) && isRawSettings(under) && (value.kind === undefined || value.kind === under.kind);
    merged[key] = sameKind ? mergeSettings(under, value) : value;
  }
  return merged;
}

/** The settings that a dotted path and a value amount to: `a.b` and 1 give `{ a: { b: 1 } }`. */
export function settingsAt(path: string, value: unknown): RawSettings {
  const [first, ...rest] = path.split('.');
  return { [first]: rest.length === 0 ? value : settingsAt(rest.join('.'), value) };
}

/** The setting at a dotted path; undefined where none is given. */
export function valueAt(settings: RawSettings, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (isRawSettings(value) ? value[key] : undefined), settings);
}
