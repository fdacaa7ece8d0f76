import { CfnElement, Stack, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { QUEUE_NAMES, type QueueName } from '#shared/protocol/functions.ts';
import { keyPrefixes } from '#shared/protocol/key-space.ts';
import { useKeyStatement } from './function-grants.ts';
import type { WorkQueue } from './work-queue.ts';

export interface OperatorPolicyProps {
  readonly queues: Readonly<Record<QueueName, WorkQueue>>;
  readonly bucket: Bucket;
  readonly key: IKey | undefined;
}

/**
 * Permissions of the command line: to find the deployment, to prepare, read and start runs, and to list, send
 * again and delete dead letters. The deployment attaches the policy to no user or role; an administrator
 * attaches it to operators.
 */
export class OperatorPolicy extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, { queues, bucket, key }: OperatorPolicyProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const objects = keyPrefixes().map((prefix) => bucket.arnForObjects(`${prefix}/*`));
    const statements: Readonly<Record<string, PolicyStatement>> = {
      FindDeployment: new PolicyStatement({
        actions: ['cloudformation:DescribeStacks'],
        resources: [stack.stackId],
      }),
      Objects: new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: objects }),
      ListBucket: new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
      Send: new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: QUEUE_NAMES.map((name) => queues[name].queue.queueArn),
      }),
      DeadLetters: new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
        resources: QUEUE_NAMES.map((name) => queues[name].deadLetters.queueArn),
      }),
      ...(key === undefined ? {} : { UseKey: useKeyStatement(key) }),
    };
    for (const [sid, statement] of Object.entries(statements)) statement.sid = sid;
    this.policy = new ManagedPolicy(this, 'Policy', {
      description: 'airtune: what the command line needs of a deployment',
      statements: Object.values(statements),
    });
    const resource = bucket.node.defaultChild;
    if (!CfnElement.isCfnElement(resource)) throw new TypeError(`${bucket.node.path} is not of this stack.`);
    for (const prefix of keyPrefixes()) {
      Validations.of(this.policy).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${stack.getLogicalId(resource)}.Arn>/${prefix}/*]`,
        reason: 'The command line writes and reads every kind of object of a run.',
      });
    }
  }
}
