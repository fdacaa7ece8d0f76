import * as z from 'zod';
import { CHANNEL_CONTRACT } from '#shared/channel/plugin/channel-contract.ts';
import {
  type ChannelPluginRecord,
  channelPluginRecordSchema,
} from '#shared/channel/plugin/channel-plugin-record.ts';
import { namedChannel } from '#shared/channel/plugin/named-channel.ts';
import { ConfigError } from '#shared/errors.ts';
import type { FilePlugins } from '#shared/plugins/file-plugins.ts';
import type { NamedPlugin } from '#shared/plugins/named-plugin.ts';
import type { PluginContract } from '#shared/plugins/plugin-contract.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { type PluginRecord, pluginSettings } from '#shared/plugins/plugin-record.ts';
import { namedPolicy } from '#shared/scheduling/plugin/named-policy.ts';
import { POLICY_CONTRACT } from '#shared/scheduling/plugin/policy-contract.ts';
import {
  type PolicyPluginRecord,
  policyPluginRecordSchema,
} from '#shared/scheduling/plugin/policy-plugin-record.ts';
import type { PointPlugins } from '#study/model/round-planner.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';

/** A plug-in that points of a study use: a policy or a channel. */
export const studyPluginSchema = z.strictObject({
  /** Its settings as given in the points; the settings in its record are complete. */
  given: pluginSettings,
  policy: policyPluginRecordSchema.optional(),
  channel: channelPluginRecordSchema.optional(),
});

export type StudyPlugin = z.output<typeof studyPluginSchema>;

/** The plug-ins of one point; absent for a policy of the registry and a channel of the settings. */
export interface PointPluginRecords {
  readonly policy?: PolicyPluginRecord | undefined;
  readonly channel?: ChannelPluginRecord | undefined;
}

/**
 * Opens every plug-in of the points once, and describes it.
 *
 * @throws PluginError, ConfigError if one cannot be used, or if two policies have the same name
 */
export async function describePlugins(
  points: readonly { readonly settings: StudySettings }[],
  files: FilePlugins,
): Promise<readonly StudyPlugin[]> {
  const plugins: StudyPlugin[] = [];
  for (const { settings } of points) {
    const known = pointPluginsOf(settings, plugins);
    const policy = namedPolicy(settings.scheduling);
    if (policy !== undefined && known.policy === undefined) {
      const { reference, settings: given, timeoutSeconds } = policy;
      const record = await files.describe(POLICY_CONTRACT, reference, given, timeoutSeconds);
      requireOwnName(
        record,
        plugins.flatMap((other) => other.policy ?? []),
      );
      plugins.push({ given, policy: record });
    }
    const channel = namedChannel(settings.channel);
    if (channel !== undefined && known.channel === undefined) {
      const { reference, settings: given, timeoutSeconds } = channel;
      const record = await files.describe(CHANNEL_CONTRACT, reference, given, timeoutSeconds);
      requireOwnName(
        record,
        plugins.flatMap((other) => other.channel ?? []),
      );
      plugins.push({ given, channel: record });
    }
  }
  return plugins;
}

/**
 * Checks that a name is unique, because tables show it.
 *
 * @throws ConfigError if another file has the same name
 */
function requireOwnName({ name, reference }: PluginRecord, others: readonly PluginRecord[]): void {
  const twin = others.find((other) => other.name === name && other.reference !== reference);
  if (twin === undefined) return;
  throw new ConfigError(`${twin.reference} and ${reference} are both called ${name}.`, {
    subject: 'plug-ins',
    remedy: 'Give each its own name.',
  });
}

/** The records of the plug-ins that a point's settings name, as far as `plugins` has them. */
export function pointPluginsOf(settings: StudySettings, plugins: readonly StudyPlugin[]): PointPluginRecords {
  const recordOf = <R extends PluginRecord>(
    named: NamedPlugin | undefined,
    kind: (plugin: StudyPlugin) => R | undefined,
  ): R | undefined => {
    const given = JSON.stringify(named?.settings);
    const found = plugins.find(
      (plugin) => kind(plugin)?.reference === named?.reference && JSON.stringify(plugin.given) === given,
    );
    return named && found && kind(found);
  };
  return {
    policy: recordOf(namedPolicy(settings.scheduling), ({ policy }) => policy),
    channel: recordOf(namedChannel(settings.channel), ({ channel }) => channel),
  };
}

/** Opens the plug-ins of a point; undefined if it has none. @throws PluginError if one cannot be used */
export async function openPointPlugins(
  { policy, channel }: PointPluginRecords,
  settings: Pick<StudySettings, 'scheduling' | 'channel'>,
  host: PluginHost,
): Promise<PointPlugins | undefined> {
  if (policy === undefined && channel === undefined) return undefined;
  const open = async <R extends PluginRecord>(
    contract: PluginContract<R>,
    record: R | undefined,
    named: NamedPlugin | undefined,
  ) => record && named && host.open(contract, record, named.timeoutSeconds);
  return {
    policy: await open(POLICY_CONTRACT, policy, namedPolicy(settings.scheduling)),
    channel: await open(CHANNEL_CONTRACT, channel, namedChannel(settings.channel)),
  };
}
