import type { OptimizerChoice } from '#shared/model/optimizer/settings.ts';
import { type NamedPlugin, namedPlugin } from '#shared/plugins/named-plugin.ts';
import type { PluginSettings } from '#shared/plugins/plugin-record.ts';

/** The settings of the server that name an optimiser plug-in, or choose another optimiser. */
interface OptimizerFields {
  readonly optimizer: OptimizerChoice;
  readonly optimizerSettings?: PluginSettings | undefined;
  readonly optimizerTimeoutSeconds?: number | undefined;
}

/** The optimiser plug-in that settings name; undefined for an optimiser of this project. */
export function namedOptimizer({
  optimizer,
  optimizerSettings,
  optimizerTimeoutSeconds,
}: OptimizerFields): NamedPlugin | undefined {
  const reference = typeof optimizer === 'string' ? optimizer : undefined;
  return namedPlugin(reference, optimizerSettings, optimizerTimeoutSeconds);
}
