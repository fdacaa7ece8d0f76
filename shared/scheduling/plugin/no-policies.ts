import { PluginError } from '#shared/errors.ts';
import type { PolicyPlugins } from './policy-plugin.ts';

/** A host without policy plug-ins. */
export const NO_POLICIES: PolicyPlugins = {
  async open({ name, reference }) {
    throw new PluginError('is not part of this deployment.', {
      subject: `policy ${name}`,
      remedy: `Deploy it: npx cdk deploy --all -c policy=${reference}`,
    });
  },
};
