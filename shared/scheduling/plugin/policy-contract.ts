import type { PluginContract } from '#shared/plugins/plugin-contract.ts';
import { POLICY_INTERFACE_VERSION } from './define-policy.ts';
import { describePolicy } from './describe-policy.ts';
import type { PolicyPluginRecord } from './policy-plugin-record.ts';

/** Describes policies as a kind of plug-in: version, method, arguments and settings. */
export const POLICY_CONTRACT: PluginContract<PolicyPluginRecord> = {
  kind: {
    word: 'policy',
    interfaceVersion: POLICY_INTERFACE_VERSION,
    method: 'plan',
    draws: true,
    settingsPath: 'scheduling.policySettings',
    timeoutPath: 'scheduling.policyTimeoutSeconds',
  },
  argumentNames: ['round', 'settings', 'state'],
  referencePath: 'scheduling.policy',
  deployedBy: 'policy',
  recordOf: describePolicy,
};
