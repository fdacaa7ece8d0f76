import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { ServiceError } from '../../errors.ts';
import type { AwsClientOptions } from './aws-clients.ts';
import { serviceError } from './aws-errors.ts';

/**
 * What a deployed stack says about itself, by output name.
 *
 * @throws ServiceError when there is no such stack in the region, when it is not completely deployed, or when the
 * endpoint does not answer or refuses.
 */
export async function readStackOutputs(
  options: AwsClientOptions,
  stackName: string,
): Promise<ReadonlyMap<string, string>> {
  const subject = `stack ${stackName} at ${options.endpoint ?? `AWS ${options.region}`}`;
  const client = new CloudFormationClient({ ...options, maxAttempts: 4 });
  try {
    const stack = await describeStack(client, stackName);
    if (stack === undefined) {
      throw new ServiceError('is not there.', {
        subject,
        remedy: 'Deploy it (npx cdk deploy --all), or name its --region and --deployment.',
      });
    }
    if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE/.test(stack.StackStatus ?? '')) {
      throw new ServiceError(`is not completely deployed (${stack.StackStatus}).`, {
        subject,
        remedy: 'Wait until its deployment has ended, or deploy it again.',
      });
    }
    return new Map(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  } catch (error) {
    throw serviceError(subject, error);
  } finally {
    client.destroy();
  }
}

async function describeStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
