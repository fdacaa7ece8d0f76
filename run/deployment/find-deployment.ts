import type { CloudAddresses } from '#functions/runtime/environment.ts';
import { readStack } from '#shared/cloud/aws/stack-state.ts';
import { DEPLOYMENT_VERSION, OUTPUTS, stackNames } from '#shared/config/deployment.ts';
import { ServiceError } from '#shared/errors.ts';
import { byQueue, type QueueName } from '#shared/protocol/functions.ts';
import { completeStack } from './complete-stack.ts';
import type { DeploymentAddress } from './deployment-address.ts';

/**
 * Finds the queues and the bucket of a deployment by the outputs of its stack.
 *
 * @throws ServiceError when the stack does not exist, is incomplete or has another version.
 */
export async function findDeployment(address: DeploymentAddress): Promise<CloudAddresses> {
  const { deployment, region, endpoint } = address;
  const stack = stackNames(deployment).messaging;
  const found = await readStack({ region, ...(endpoint === undefined ? {} : { endpoint }) }, stack);
  const { outputs } = completeStack(`stack ${stack} at ${endpoint ?? `AWS ${region}`}`, found);
  const version = outputs.get(OUTPUTS.version);
  if (version !== DEPLOYMENT_VERSION) {
    throw new ServiceError(`is of version ${version ?? 'unknown'}, this airtune of ${DEPLOYMENT_VERSION}.`, {
      subject: `stack ${stack}`,
      remedy:
        'Deploy it again from this checkout (npx cdk deploy --all), or use the checkout that deployed it.',
    });
  }
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value !== undefined) return value;
    throw new ServiceError(`has no output ${name}.`, {
      subject: `stack ${stack}`,
      remedy: 'Deploy it again (npx cdk deploy --all).',
    });
  };
  const urls = (names: Readonly<Record<QueueName, string>>) => byQueue((name) => output(names[name]));
  return {
    region,
    endpoint,
    bucket: output(OUTPUTS.bucket),
    queueUrls: urls(OUTPUTS.queueUrls),
    deadLetterUrls: urls(OUTPUTS.deadLetterUrls),
  };
}
