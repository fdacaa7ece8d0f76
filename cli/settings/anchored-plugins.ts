import { resolve } from 'node:path';
import { mergeSettings, type RawSettings, settingsAt, valueAt } from '#shared/config/merge-settings.ts';
import { absoluteReference } from '#shared/plugins/absolute-reference.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';

/** A setting that may name a plug-in instead of an entry of a registry. */
interface PluginSetting {
  readonly path: string;
  readonly isKnown: (name: string) => boolean;
}

const TRACE_PATH = 'channel.trace';

const PLUGIN_SETTINGS: readonly PluginSetting[] = [
  { path: 'scheduling.policy', isKnown: isPolicyName },
  { path: 'channel.model', isKnown: () => false },
  { path: 'server.optimizer', isKnown: () => false },
  { path: 'data.reader', isKnown: () => false },
];

/** Settings with the relative paths of plug-ins made absolute. */
export function anchorPlugins(settings: RawSettings, directory: string): RawSettings {
  let anchored = settings;
  for (const { path } of PLUGIN_SETTINGS) {
    const given = valueAt(settings, path);
    const value = anchoredValue(path, given, directory);
    if (value !== given) anchored = mergeSettings(anchored, settingsAt(path, value));
  }
  // A relative path of a measured channel starts from the same folder.
  const trace = valueAt(anchored, TRACE_PATH);
  return typeof trace === 'string'
    ? mergeSettings(anchored, settingsAt(TRACE_PATH, resolve(directory, trace)))
    : anchored;
}

/** The value of a setting, with a plug-in's relative path made absolute. */
export function anchoredValue(path: string, value: unknown, directory: string): unknown {
  const setting = PLUGIN_SETTINGS.find((one) => one.path === path);
  if (setting === undefined || typeof value !== 'string') return value;
  return absoluteReference(value, directory, setting.isKnown);
}
