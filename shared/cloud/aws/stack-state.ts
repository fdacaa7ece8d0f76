import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { type AwsClientOptions, checkEndpoint } from './aws-clients.ts';
import { serviceError } from './aws-errors.ts';

/** The state of a CloudFormation stack. */
export interface StackState {
  /** CloudFormation's status: CREATE_COMPLETE, DELETE_FAILED, ... */
  readonly status: string;
  /** CloudFormation's reason for the status; empty without one. */
  readonly reason: string;
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Reads the state and outputs of a stack; undefined when the region has no stack of this name.
 *
 * @throws ConfigError for an endpoint that is not an http(s) address.
 * @throws ServiceError when the endpoint does not respond or refuses.
 */
export async function readStack(
  options: AwsClientOptions,
  stackName: string,
): Promise<StackState | undefined> {
  if (options.endpoint !== undefined) checkEndpoint(options.endpoint);
  const client = new CloudFormationClient({ ...options, maxAttempts: 4 });
  try {
    const stack = await describeStack(client, stackName);
    if (stack === undefined) return undefined;
    const outputs = (stack.Outputs ?? []).map(
      ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
    );
    return {
      status: stack.StackStatus ?? '',
      reason: stack.StackStatusReason ?? '',
      outputs: new Map(outputs),
    };
  } catch (error) {
    throw serviceError(`stack ${stackName} at ${options.endpoint ?? `AWS ${options.region}`}`, error);
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
