import type { ChannelSettings } from '#shared/channel/settings.ts';
import { type NamedPlugin, namedPlugin } from '#shared/plugins/named-plugin.ts';

/** The channel plug-in that settings name; undefined if they name none. */
export function namedChannel({
  model,
  modelSettings,
  modelTimeoutSeconds,
}: Pick<ChannelSettings, 'model' | 'modelSettings' | 'modelTimeoutSeconds'>): NamedPlugin | undefined {
  return namedPlugin(model, modelSettings, modelTimeoutSeconds);
}
