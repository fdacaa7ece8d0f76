import type { HostAddress } from '#run/hosts/host-address.ts';
import type { RunHost } from '#run/hosts/run-host.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { ConfigError } from '#shared/errors.ts';
import { parseReference } from '#shared/plugins/plugin-reference.ts';
import type { RunPlugins } from '#shared/protocol/run-record.ts';
import type { FilePolicies } from '#shared/scheduling/plugin/file-policies.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';

/**
 * Opens the plug-ins of a new run and describes them.
 *
 * @throws PluginError, ConfigError if one cannot be used; ConfigError for a command on a deployment
 */
export async function describePlugins(
  { scheduling }: RunConfig,
  { target }: HostAddress,
  policies: FilePolicies,
): Promise<RunPlugins> {
  const { policy, policySettings = {}, policyTimeoutSeconds } = scheduling;
  if (isPolicyName(policy)) {
    if (scheduling.policySettings === undefined) return {};
    throw new ConfigError(`is for a policy of your own; ${policy} has its settings in scheduling itself.`, {
      subject: 'scheduling.policySettings',
      remedy: 'Leave it out.',
    });
  }
  if (target === 'deployment' && parseReference(policy).kind === 'command') {
    throw new ConfigError('is a command, which a deployment cannot run.', {
      subject: 'scheduling.policy',
      remedy: 'Use a .ts or .js file, or run it embedded or over --endpoint.',
    });
  }
  return { policy: await policies.describe(policy, policySettings, policyTimeoutSeconds) };
}

/** A host that ends the plug-ins when it is closed. */
export function withPlugins(host: RunHost, policies: FilePolicies): RunHost {
  return {
    ...host,
    async close() {
      await host.close();
      await policies.close();
    },
  };
}
