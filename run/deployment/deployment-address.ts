import { endpointAddress } from '#run/hosts/endpoint-address.ts';
import { DEFAULT_DEPLOYMENT, DEPLOYMENT_NAME_PATTERN } from '#shared/config/deployment.ts';
import { ConfigError } from '#shared/errors.ts';

/** The address of a deployment: everything needed to find its stacks. */
export interface DeploymentAddress {
  readonly deployment: string;
  readonly region: string;
  /** The address of an emulator; undefined for AWS itself. */
  readonly endpoint?: string | undefined;
}

export interface DeploymentOptions {
  readonly deployment?: string;
  readonly region?: string;
}

/**
 * The deployment that options and environment name, `airtune` by default.
 *
 * @param notice Called if a part of the endpoint's address is not used.
 * @throws ConfigError when no region is given, or the name is not valid for a deployment.
 */
export function deploymentAddress(
  { deployment = DEFAULT_DEPLOYMENT, region }: DeploymentOptions,
  environment: NodeJS.ProcessEnv,
  notice: (line: string) => void,
): DeploymentAddress {
  if (!DEPLOYMENT_NAME_PATTERN.test(deployment)) {
    throw new ConfigError(`${JSON.stringify(deployment)} cannot be the name of a deployment.`, {
      subject: '--deployment',
      remedy: 'Give the name it was deployed with (-c name=...), or leave it out for airtune.',
    });
  }
  const found = region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? '';
  if (found === '') {
    throw new ConfigError('no region is named.', {
      subject: '--region',
      remedy: 'Give --region, or set AWS_REGION.',
    });
  }
  const given = environment.AWS_ENDPOINT_URL ?? '';
  const endpoint = given === '' ? undefined : endpointAddress(given, 'AWS_ENDPOINT_URL', notice);
  return { deployment, region: found, endpoint };
}
