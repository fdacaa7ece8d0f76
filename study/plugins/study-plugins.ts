import * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import { pluginSettings } from '#shared/plugins/plugin-record.ts';
import type { FilePolicies } from '#shared/scheduling/plugin/file-policies.ts';
import {
  type PolicyPluginRecord,
  policyPluginRecordSchema,
} from '#shared/scheduling/plugin/policy-plugin-record.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';

/** A plug-in that points of a study use. */
export const studyPluginSchema = z.strictObject({
  /** Its settings as the points have them; those of the record are complete. */
  given: pluginSettings,
  policy: policyPluginRecordSchema,
});

export type StudyPlugin = z.output<typeof studyPluginSchema>;

/**
 * Opens every policy plug-in of the points once, and describes it.
 *
 * @throws PluginError, ConfigError if one cannot be used, or if two have the same name
 */
export async function describePlugins(
  points: readonly { readonly settings: StudySettings }[],
  policies: FilePolicies,
): Promise<readonly StudyPlugin[]> {
  const plugins: StudyPlugin[] = [];
  for (const { settings } of points) {
    const { policy: reference, policyTimeoutSeconds } = settings.scheduling;
    if (isPolicyName(reference) || policyPluginOf(settings, plugins) !== undefined) continue;
    const given = givenSettings(settings);
    const policy = await policies.describe(reference, given, policyTimeoutSeconds);
    const twin = plugins.find(
      (other) => other.policy.name === policy.name && other.policy.reference !== reference,
    );
    if (twin !== undefined) {
      throw new ConfigError(`${twin.policy.reference} and ${reference} are both called ${policy.name}.`, {
        subject: 'scheduling.policy',
        remedy: 'Give each policy its own name.',
      });
    }
    plugins.push({ given, policy });
  }
  return plugins;
}

/** The policy plug-in of a point's settings, if it has one and it is among those given. */
export function policyPluginOf(
  settings: StudySettings,
  plugins: readonly StudyPlugin[],
): PolicyPluginRecord | undefined {
  const { policy: reference } = settings.scheduling;
  const given = JSON.stringify(givenSettings(settings));
  return plugins.find(
    (plugin) => plugin.policy.reference === reference && JSON.stringify(plugin.given) === given,
  )?.policy;
}

function givenSettings({ scheduling }: StudySettings) {
  return scheduling.policySettings ?? {};
}
