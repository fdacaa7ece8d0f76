import type { HostAddress } from '#run/hosts/host-address.ts';
import type { RunHost } from '#run/hosts/run-host.ts';
import { CHANNEL_CONTRACT } from '#shared/channel/plugin/channel-contract.ts';
import { namedChannel } from '#shared/channel/plugin/named-channel.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { namedReader } from '#shared/data/reader/named-reader.ts';
import { READER_CONTRACT } from '#shared/data/reader/reader-contract.ts';
import { ConfigError } from '#shared/errors.ts';
import { namedOptimizer } from '#shared/model/optimizer/plugin/named-optimizer.ts';
import { OPTIMIZER_CONTRACT } from '#shared/model/optimizer/plugin/optimizer-contract.ts';
import type { FilePlugins } from '#shared/plugins/file-plugins.ts';
import type { NamedPlugin } from '#shared/plugins/named-plugin.ts';
import type { PluginContract } from '#shared/plugins/plugin-contract.ts';
import type { PluginRecord } from '#shared/plugins/plugin-record.ts';
import { parseReference } from '#shared/plugins/plugin-reference.ts';
import type { RunPlugins } from '#shared/protocol/run-plugins.ts';
import { namedPolicy } from '#shared/scheduling/plugin/named-policy.ts';
import { POLICY_CONTRACT } from '#shared/scheduling/plugin/policy-contract.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';

/**
 * Opens the plug-ins of a new run and describes them.
 *
 * @throws PluginError, ConfigError if one cannot be used; ConfigError for a command on a deployment
 */
export async function describePlugins(
  config: RunConfig,
  { target }: Pick<HostAddress, 'target'>,
  files: FilePlugins,
): Promise<RunPlugins> {
  const describe = async <R extends PluginRecord>(
    contract: PluginContract<R>,
    named: NamedPlugin | undefined,
  ): Promise<R | undefined> => {
    if (named === undefined) return undefined;
    const { reference, settings, timeoutSeconds } = named;
    if (target === 'deployment' && parseReference(reference).kind === 'command') {
      throw new ConfigError('is a command, which a deployment cannot run.', {
        subject: contract.referencePath,
        remedy: 'Use a .ts or .js file, or run it embedded or over --endpoint.',
      });
    }
    return files.describe(contract, reference, settings, timeoutSeconds);
  };
  requirePolicySettingsUsed(config.scheduling);
  const policy = await describe(POLICY_CONTRACT, namedPolicy(config.scheduling));
  const channel = await describe(CHANNEL_CONTRACT, namedChannel(config.channel));
  const optimizer = await describe(OPTIMIZER_CONTRACT, namedOptimizer(config.server));
  const reader = await describe(READER_CONTRACT, namedReader(config.data));
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(channel === undefined ? {} : { channel }),
    ...(optimizer === undefined ? {} : { optimizer }),
    ...(reader === undefined ? {} : { reader }),
  };
}

/** @throws ConfigError for settings of a plug-in beside a policy of the registry */
function requirePolicySettingsUsed({ policy, policySettings }: RunConfig['scheduling']): void {
  if (policySettings === undefined || !isPolicyName(policy)) return;
  throw new ConfigError(`is for policy plug-ins; the settings of ${policy} are in scheduling itself.`, {
    subject: 'scheduling.policySettings',
    remedy: 'Leave it out.',
  });
}

/** A host that ends the plug-ins when it is closed. */
export function withPlugins(host: RunHost, files: FilePlugins): RunHost {
  return {
    ...host,
    async close() {
      await host.close();
      await files.close();
    },
  };
}
