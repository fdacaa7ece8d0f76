import type { PluginReference } from '#shared/plugins/plugin-reference.ts';
import { requireRecord } from '#shared/plugins/require-record.ts';
import type { FactName } from '#shared/scheduling/context/round-context.ts';
import { isPolicyName, POLICIES, type PolicyName } from '#shared/scheduling/policies/registry.ts';
import type { QueueRule } from '#shared/scheduling/policies/scheduling-policy.ts';
import type { PolicyPluginRecord } from './policy-plugin-record.ts';

/** A policy as settings name it: a policy of the registry, or a plug-in. */
export type PolicyChoice = PolicyName | PluginReference;

/** The rule of a policy with a virtual queue; undefined for other policies and for all plug-ins. */
export function queueOf(policy: PolicyChoice): QueueRule | undefined {
  return isPolicyName(policy) ? POLICIES[policy].queue : undefined;
}

/** The device facts that a policy needs. @throws ProtocolError if its plug-in is not known */
export function needsOf(
  policy: PolicyChoice,
  plugin: Pick<PolicyPluginRecord, 'needs'> | undefined,
): readonly FactName[] {
  if (isPolicyName(policy)) return POLICIES[policy].needs ?? [];
  return requireRecord('policy', policy, plugin).needs;
}

/** Whether the policy's plans may contain weights of the gradients; otherwise all weights are equal. */
export function weighsGradients(policy: PolicyChoice): boolean {
  return !isPolicyName(policy) || POLICIES[policy].weighsGradients === true;
}
