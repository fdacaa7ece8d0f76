import type { PluginContract } from '#shared/plugins/plugin-contract.ts';
import type { PluginRecord } from '#shared/plugins/plugin-record.ts';
import { READER_INTERFACE_VERSION } from './define-reader.ts';

/** Readers of data as a kind of plug-in. They run where a run is prepared, so no deployment needs them. */
export const READER_CONTRACT: PluginContract<PluginRecord> = {
  kind: {
    word: 'reader',
    interfaceVersion: READER_INTERFACE_VERSION,
    method: 'read',
    returns: 'rows',
    settingsPath: 'data.readerSettings',
    timeoutPath: 'data.readerTimeoutSeconds',
  },
  referencePath: 'data.reader',
  recordOf: (_, base) => base,
};
