import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { FUNCTION_ACCESS } from '#cdk/function-access.ts';
import { queuesOf } from '#shared/protocol/functions.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import type { RunResources } from './run-resources.ts';

/** Grants a function's role exactly the queue and object actions that the function uses. */
export function grantFunctionAccess(role: Role, name: FunctionName, resources: RunResources): void {
  const { reads, writes, sendsTo } = FUNCTION_ACCESS[name];
  const { importedBucketArn, bucketArnExport, queues, onAws } = resources;
  const own = queuesOf(name).map((queue) => queues[queue]);
  // On AWS sqs:SendMessage covers batches too; an emulator that checks policies requires the batch action by
  // name.
  const sendActions = ['sqs:SendMessage', ...(onAws ? [] : ['sqs:SendMessageBatch'])];
  const objects = (patterns: readonly string[]) =>
    patterns.map((pattern) => `${importedBucketArn}/${pattern}`);
  const statements: Readonly<Record<string, PolicyStatement>> = {
    ReadObjects: new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: objects([...reads, ...writes]),
    }),
    WriteObjects: new PolicyStatement({
      actions: ['s3:PutObject'],
      resources: objects(writes),
      // Functions write only decisions and repeats of the same bytes, so no object is ever replaced: only
      // conditional puts are allowed. An emulator that checks policies does not know this condition.
      ...(onAws ? { conditions: { Null: { 's3:if-none-match': 'false' } } } : {}),
    }),
    // Without it S3 answers 403 for a missing object, and "not written yet" looks like "access denied".
    ListBucket: new PolicyStatement({ actions: ['s3:ListBucket'], resources: [importedBucketArn] }),
    Send: new PolicyStatement({
      actions: sendActions,
      resources: [
        ...sendsTo.map((queue) => queues[queue].queue),
        ...own.map(({ deadLetters }) => deadLetters),
      ].map(({ queueArn }) => queueArn),
    }),
    Consume: new PolicyStatement({
      actions: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:GetQueueAttributes',
      ],
      resources: own.map(({ queue }) => queue.queueArn),
    }),
  };
  for (const [sid, statement] of Object.entries(statements)) {
    statement.sid = sid;
    role.addToPolicy(statement);
  }
  for (const pattern of [...reads, ...writes]) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${bucketArnExport}/${pattern}]`,
      reason:
        'Names one kind of object; the names of runs, rounds, devices and prepared models in its keys are not known ' +
        'when the stack is deployed.',
    });
  }
}
