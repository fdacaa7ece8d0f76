import type { HostAddress } from '#run/hosts/host-address.ts';
import type { RunHost } from '#run/hosts/run-host.ts';
import { CHANNEL_CONTRACT, CHANNEL_TIMEOUT_SECONDS } from '#shared/channel/plugin/channel-contract.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { READER_CONTRACT, READER_TIMEOUT_SECONDS } from '#shared/data/reader/reader-contract.ts';
import { ConfigError } from '#shared/errors.ts';
import {
  OPTIMIZER_CONTRACT,
  OPTIMIZER_TIMEOUT_SECONDS,
} from '#shared/model/optimizer/plugin/optimizer-contract.ts';
import type { FilePlugins } from '#shared/plugins/file-plugins.ts';
import type { PluginContract } from '#shared/plugins/plugin-contract.ts';
import type { PluginRecord, PluginSettings } from '#shared/plugins/plugin-record.ts';
import { type PluginReference, parseReference } from '#shared/plugins/plugin-reference.ts';
import type { RunPlugins } from '#shared/protocol/run-plugins.ts';
import { POLICY_CONTRACT } from '#shared/scheduling/plugin/policy-contract.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';

/** A plug-in as the settings of a run name it. */
interface NamedPlugin {
  readonly reference: PluginReference;
  readonly settings: PluginSettings | undefined;
  readonly timeoutSeconds: number;
}

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
    const { reference, settings = {}, timeoutSeconds } = named;
    if (target === 'deployment' && parseReference(reference).kind === 'command') {
      throw new ConfigError('is a command, which a deployment cannot run.', {
        subject: contract.referencePath,
        remedy: 'Use a .ts or .js file, or run it embedded or over --endpoint.',
      });
    }
    return files.describe(contract, reference, settings, timeoutSeconds);
  };
  const policy = await describe(POLICY_CONTRACT, policyOf(config));
  const channel = await describe(CHANNEL_CONTRACT, channelOf(config));
  const optimizer = await describe(OPTIMIZER_CONTRACT, optimizerOf(config));
  const reader = await describe(READER_CONTRACT, readerOf(config));
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(channel === undefined ? {} : { channel }),
    ...(optimizer === undefined ? {} : { optimizer }),
    ...(reader === undefined ? {} : { reader }),
  };
}

function policyOf({ scheduling }: RunConfig): NamedPlugin | undefined {
  const { policy, policySettings: settings, policyTimeoutSeconds: timeoutSeconds } = scheduling;
  if (!isPolicyName(policy)) return { reference: policy, settings, timeoutSeconds };
  if (settings === undefined) return undefined;
  throw new ConfigError(`is for a policy of your own; ${policy} has its settings in scheduling itself.`, {
    subject: 'scheduling.policySettings',
    remedy: 'Leave it out.',
  });
}

function channelOf({ channel }: RunConfig): NamedPlugin | undefined {
  const { model, modelSettings: settings, modelTimeoutSeconds = CHANNEL_TIMEOUT_SECONDS } = channel;
  return model && { reference: model, settings, timeoutSeconds: modelTimeoutSeconds };
}

function optimizerOf({ server }: RunConfig): NamedPlugin | undefined {
  const { optimizer, optimizerSettings: settings } = server;
  const { optimizerTimeoutSeconds: timeoutSeconds = OPTIMIZER_TIMEOUT_SECONDS } = server;
  return typeof optimizer === 'string' ? { reference: optimizer, settings, timeoutSeconds } : undefined;
}

function readerOf({ data }: RunConfig): NamedPlugin | undefined {
  const { reader, readerSettings: settings, readerTimeoutSeconds = READER_TIMEOUT_SECONDS } = data;
  return reader && { reference: reader, settings, timeoutSeconds: readerTimeoutSeconds };
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
