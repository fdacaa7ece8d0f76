import { requireTarget } from '#cli/options/target-option.ts';
import { noticesOf } from '#cli/print/notice.ts';
import type { Terminal } from '#cli/terminal.ts';
import { endpointAddress } from '#run/hosts/endpoint-address.ts';
import type { ExperimentHost } from '#shared/protocol/experiment-result.ts';
import type { ExperimentOptions } from './experiment-options.ts';

/** The host of all runs, from the same options as those of `airtune run`. */
export function hostOf(options: ExperimentOptions, terminal: Terminal): ExperimentHost {
  const { endpoint, deployment, region } = options;
  const target = requireTarget(options);
  return {
    target,
    ...(endpoint === undefined
      ? {}
      : { endpoint: endpointAddress(endpoint, '--endpoint', noticesOf(terminal)) }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(region === undefined ? {} : { region }),
  };
}
