import type { PluginKind } from '#shared/plugins/open-plugin.ts';
import { POLICY_INTERFACE_VERSION } from './define-policy.ts';

/** Policies as a kind of plug-in. */
export const POLICY_KIND: PluginKind = {
  word: 'policy',
  interfaceVersion: POLICY_INTERFACE_VERSION,
  method: 'plan',
  settingsPath: 'scheduling.policySettings',
  timeoutPath: 'scheduling.policyTimeoutSeconds',
};

/** Arguments of `plan`, by name for commands. */
export const PLAN_ARGUMENTS = ['round', 'settings', 'state'] as const;
