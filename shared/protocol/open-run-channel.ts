import { CHANNEL_CONTRACT, CHANNEL_TIMEOUT_SECONDS } from '#shared/channel/plugin/channel-contract.ts';
import type { RunChannel } from '#shared/channel/run-channel.ts';
import { drawScenario } from '#shared/channel/scenario.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { requireRecord } from '#shared/plugins/require-record.ts';
import type { RunRecord } from './run-record.ts';

/**
 * The channel of a run, with its plug-in opened on this host.
 *
 * @throws PluginError if this host has no such plug-in; ProtocolError if the record does not describe it
 */
export async function openRunChannel(
  { config, plugins }: Pick<RunRecord, 'plugins'> & { readonly config: RunConfig },
  host: PluginHost,
): Promise<RunChannel> {
  const { channel, seed, training } = config;
  const scenario = drawScenario(channel, seed, training.devices);
  const { rounds } = training;
  if (channel.model === undefined) return { scenario, plugin: undefined, rounds };
  const record = requireRecord('channel', channel.model, plugins.channel);
  const timeoutSeconds = channel.modelTimeoutSeconds ?? CHANNEL_TIMEOUT_SECONDS;
  return { scenario, plugin: await host.open(CHANNEL_CONTRACT, record, timeoutSeconds), rounds };
}
