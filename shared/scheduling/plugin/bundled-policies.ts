import { PluginError } from '#shared/errors.ts';
import { openInlineModule } from '#shared/plugins/inline-module.ts';
import { POLICY_KIND } from './policy-kind.ts';
import type { PolicyPlugins } from './policy-plugin.ts';

/** A policy plug-in that is part of a deployed function. */
export interface BundledPolicy {
  /** Hash of the plug-in's files when it was deployed. */
  readonly sha256: string;
  /** The exports of its module. */
  readonly exports: unknown;
}

/** The policy plug-ins that were deployed with this function. */
export function bundledPolicies(policies: readonly BundledPolicy[]): PolicyPlugins {
  return {
    async open(record, timeoutSeconds) {
      const subject = `policy ${record.name}`;
      const bundled = policies.find(({ sha256 }) => sha256 === record.sha256);
      if (bundled === undefined) {
        throw new PluginError('differs from the policy that was deployed.', {
          subject,
          remedy: `Deploy it: npx cdk deploy --all -c policy=${record.reference}`,
        });
      }
      const plugin = await openInlineModule(bundled.exports, {
        kind: POLICY_KIND,
        subject,
        settings: record.settings,
        loadTimeoutSeconds: timeoutSeconds,
        timeoutSeconds,
        log: () => {},
      });
      return { record, subject, plan: (args, place) => plugin.call(args, place) };
    },
  };
}
