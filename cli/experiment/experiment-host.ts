import { requireTarget } from '#cli/options/target-option.ts';
import { printNotice } from '#cli/print/notice.ts';
import { endpointAddress } from '#run/hosts/endpoint-address.ts';
import type { ExperimentHost } from '#shared/protocol/experiment-result.ts';
import type { ExperimentOptions } from './experiment-options.ts';

/** The host of all runs, from the same options as those of `airtune run`. */
export function hostOf(options: ExperimentOptions): ExperimentHost {
  const { endpoint, deployment, region } = options;
  const target = requireTarget(options);
  return {
    target,
    ...(endpoint === undefined ? {} : { endpoint: endpointAddress(endpoint, '--endpoint', printNotice) }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(region === undefined ? {} : { region }),
  };
}
