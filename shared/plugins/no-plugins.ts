import { PluginError } from '#shared/errors.ts';
import { deployRemedy } from './deploy-remedy.ts';
import type { PluginHost } from './plugin-host.ts';

/** A host without plug-ins, as a function that was deployed without one. */
export const NO_PLUGINS: PluginHost = {
  async open(contract, record) {
    throw new PluginError('is not part of this deployment.', {
      subject: `${contract.kind.word} ${record.name}`,
      ...deployRemedy(contract, record),
    });
  },
};
