import { NO_PLUGINS } from '#shared/plugins/no-plugins.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import type { RunPlugins } from '#shared/protocol/run-plugins.ts';

/** The plug-ins of a run, and the host on which it is prepared. */
export interface PreparedPlugins {
  readonly records: RunPlugins;
  readonly host: PluginHost;
}

export const NO_PREPARED_PLUGINS: PreparedPlugins = { records: {}, host: NO_PLUGINS };
