/** A setting's path and its value as text. */
export type FlatSetting = readonly [path: string, value: string];

/** Settings as a list of paths and values; lists and empty groups are JSON. */
export function flatSettings(settings: object, prefix = ''): readonly FlatSetting[] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]): readonly FlatSetting[] => {
    const path = `${prefix}${name}`;
    if (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0
    ) {
      return flatSettings(value, `${path}.`);
    }
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}
