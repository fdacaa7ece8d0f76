import { PluginError } from '#shared/errors.ts';
import type { PluginContract } from '#shared/plugins/plugin-contract.ts';
import { returnedText } from '#shared/plugins/returned-numbers.ts';
import type { ChannelPluginRecord } from './channel-plugin-record.ts';
import { CHANNEL_INTERFACE_VERSION } from './define-channel.ts';

/** Channels as a kind of plug-in. */
export const CHANNEL_CONTRACT: PluginContract<ChannelPluginRecord> = {
  kind: {
    word: 'channel',
    interfaceVersion: CHANNEL_INTERFACE_VERSION,
    method: 'gains',
    draws: true,
    settingsPath: 'channel.modelSettings',
    timeoutPath: 'channel.modelTimeoutSeconds',
  },
  argumentNames: ['round', 'settings'],
  referencePath: 'channel.model',
  deployedBy: 'channel',
  recordOf({ fields: { memory = false } }, base, subject) {
    if (typeof memory === 'boolean') return { ...base, memory };
    throw new PluginError(`has memory ${returnedText(memory)}.`, { subject, remedy: 'Write true or false.' });
  },
};
