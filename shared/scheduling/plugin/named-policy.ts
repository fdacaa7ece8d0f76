import { type NamedPlugin, namedPlugin } from '#shared/plugins/named-plugin.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';
import type { SchedulingSettings } from '#shared/scheduling/settings.ts';

/** The policy plug-in that settings name; undefined for a policy of the registry. */
export function namedPolicy({
  policy,
  policySettings,
  policyTimeoutSeconds,
}: Pick<SchedulingSettings, 'policy' | 'policySettings' | 'policyTimeoutSeconds'>): NamedPlugin | undefined {
  return namedPlugin(isPolicyName(policy) ? undefined : policy, policySettings, policyTimeoutSeconds);
}
