import { printNotice } from '#cli/print/notice.ts';
import { endpointAddress } from '#run/hosts/endpoint-address.ts';
import { ConfigError } from '#shared/errors.ts';
import type { ExperimentHost } from '#shared/protocol/experiment-result.ts';
import type { ExperimentOptions } from './experiment-options.ts';

/** The host of all runs, as `airtune run` is told. */
export function hostOf({ target, endpoint, deployment, region }: ExperimentOptions): ExperimentHost {
  if (target !== 'embedded' && target !== 'aws') {
    throw new ConfigError(`${JSON.stringify(target)} is not a known target.`, {
      subject: '--target',
      remedy: 'Use embedded or aws.',
    });
  }
  const idle = target === 'embedded' ? Object.entries({ endpoint, deployment, region }) : [];
  const given = idle.find(([, value]) => value !== undefined);
  if (given !== undefined) {
    throw new ConfigError('has no effect without --target aws.', {
      subject: `--${given[0]}`,
      remedy: 'Leave it out.',
    });
  }
  return {
    target,
    ...(endpoint === undefined ? {} : { endpoint: endpointAddress(endpoint, '--endpoint', printNotice) }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(region === undefined ? {} : { region }),
  };
}
