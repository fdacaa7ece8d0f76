import type { DataSettings } from '#shared/data/settings.ts';
import { type NamedPlugin, namedPlugin } from '#shared/plugins/named-plugin.ts';

/** The reader plug-in that settings name; undefined if they name none. */
export function namedReader({
  reader,
  readerSettings,
  readerTimeoutSeconds,
}: Pick<DataSettings, 'reader' | 'readerSettings' | 'readerTimeoutSeconds'>): NamedPlugin | undefined {
  return namedPlugin(reader, readerSettings, readerTimeoutSeconds);
}
