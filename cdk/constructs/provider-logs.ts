import { CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface ProviderLogs {
  /** Id of the log group. */
  readonly id: string;
  /** Id that CDK gives the function of a custom resource; one per stack. */
  readonly provider: string;
  /** Whether the function's role has its own policy. */
  readonly hasPolicy: boolean;
  /** The customer's key; undefined for a key of CloudWatch Logs. */
  readonly key: IKey | undefined;
}

/**
 * Gives the function of a CDK custom resource a log group that belongs to the stack. Without it the function
 * creates its own log group, which outlives the stack, and may write to every log group.
 */
export function addProviderLogs(scope: Construct, { id, provider, hasPolicy, key }: ProviderLogs): void {
  const logGroup = new LogGroup(scope, id, {
    retention: RetentionDays.ONE_WEEK,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(key === undefined ? {} : { encryptionKey: key }),
  });
  const resource = (name: 'Handler' | 'Role'): CfnResource => {
    const found = Stack.of(scope).node.findChild(provider).node.findChild(name);
    if (CfnResource.isCfnResource(found)) return found;
    throw new TypeError(`${found.node.path} is no resource.`);
  };
  resource('Handler').addPropertyOverride('LoggingConfig', { LogGroup: logGroup.logGroupName });
  const policy = {
    PolicyName: 'Log',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: logGroup.logGroupArn,
        },
      ],
    },
  };
  const role = resource('Role');
  role.addPropertyDeletionOverride('ManagedPolicyArns');
  if (hasPolicy) role.addPropertyOverride('Policies.1', policy);
  else role.addPropertyOverride('Policies', [policy]);
}
