import { dirname, resolve, sep } from 'node:path';
import type { SettingsLayer } from './settings-layers.ts';

/** Options that name places of data, as commander returns them. */
export interface DataOptions {
  readonly data?: string | readonly string[];
  readonly testData?: readonly string[];
}

/** The settings of `--data` and `--test-data`. Several places of `--data` are files of training rows. */
export function dataLayers({ data, testData }: DataOptions): readonly SettingsLayer[] {
  const places = typeof data === 'string' ? [data] : (data ?? []);
  const layers: SettingsLayer[] = [];
  if (places.length === 1) layers.push({ origin: '--data', settings: { data: { directory: places[0] } } });
  if (places.length > 1) {
    const train = places.map((path) => resolve(path));
    layers.push({
      origin: '--data',
      settings: { data: { directory: commonFolder(train), files: { train } } },
    });
  }
  if (testData !== undefined) {
    layers.push({ origin: '--test-data', settings: { data: { files: { test: testData } } } });
  }
  return layers;
}

/** The deepest folder that contains all files. */
function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0]);
  while (!paths.every((path) => path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`))) {
    folder = dirname(folder);
  }
  return folder;
}
