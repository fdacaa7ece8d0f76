import type { PluginContract } from '#shared/plugins/plugin-contract.ts';
import type { PluginRecord } from '#shared/plugins/plugin-record.ts';
import { OPTIMIZER_INTERFACE_VERSION } from './define-optimizer.ts';

/** Optimisers as a kind of plug-in. */
export const OPTIMIZER_CONTRACT: PluginContract<PluginRecord> = {
  kind: {
    word: 'optimizer',
    interfaceVersion: OPTIMIZER_INTERFACE_VERSION,
    method: 'update',
    settingsPath: 'server.optimizerSettings',
    timeoutPath: 'server.optimizerTimeoutSeconds',
  },
  referencePath: 'server.optimizer',
  deployedBy: 'optimizer',
  recordOf: (_, base) => base,
};
