import { CHANNEL_CONTRACT } from '#shared/channel/plugin/channel-contract.ts';
import { namedChannel } from '#shared/channel/plugin/named-channel.ts';
import type { RunChannel } from '#shared/channel/run-channel.ts';
import { drawScenario } from '#shared/channel/scenario.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { requireRecord } from '#shared/plugins/require-record.ts';
import type { RunRecord } from './run-record.ts';

/**
 * The channel of a run, with its plug-in opened on this host.
 *
 * @throws PluginError if this host lacks the plug-in; ProtocolError if the record does not describe it
 */
export async function openRunChannel(
  { config, plugins }: Pick<RunRecord, 'plugins'> & { readonly config: RunConfig },
  host: PluginHost,
): Promise<RunChannel> {
  const { channel, seed, training } = config;
  const scenario = drawScenario(channel, seed, training.devices);
  const { rounds } = training;
  const named = namedChannel(channel);
  if (named === undefined) return { scenario, plugin: undefined, rounds };
  const record = requireRecord('channel', named.reference, plugins.channel);
  return { scenario, plugin: await host.open(CHANNEL_CONTRACT, record, named.timeoutSeconds), rounds };
}
