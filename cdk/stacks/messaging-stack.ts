import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CONSTRUCT_IDS } from '#cdk/construct-ids.ts';
import { CustomerKey } from '#cdk/constructs/customer-key.ts';
import { functionRoleArn } from '#cdk/constructs/function-role.ts';
import { OperatorPolicy } from '#cdk/constructs/operator-policy.ts';
import { RunBucket } from '#cdk/constructs/run-bucket.ts';
import type { RunResources } from '#cdk/constructs/run-resources.ts';
import { WorkQueue } from '#cdk/constructs/work-queue.ts';
import { type DeploymentSettings, queueVisibilitySeconds } from '#cdk/deployment-settings.ts';
import { DEPLOYMENT_VERSION, OUTPUTS } from '#shared/config/deployment.ts';
import {
  byQueue,
  FUNCTIONS,
  QUEUE_NAMES,
  QUEUES,
  type QueueName,
  type Sender,
  sendersTo,
} from '#shared/protocol/functions.ts';

export interface MessagingStackProps extends StackProps {
  readonly settings: DeploymentSettings;
}

/** The queues with their dead-letter queues, and the bucket: all state that outlives an invocation. */
export class MessagingStack extends Stack {
  readonly resources: RunResources;

  constructor(scope: Construct, id: string, props: MessagingStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const onAws = settings.target === 'aws';
    const key =
      settings.keys === 'customer'
        ? new CustomerKey(this, 'Encryption', { keep: settings.bucket === 'retain' }).key
        : undefined;
    const operators = settings.operators ?? peopleOf(this);
    const arnsOf = (senders: readonly Sender[]): readonly string[] =>
      senders.flatMap((sender) =>
        sender === 'operator' ? operators : [functionRoleArn(this, settings.name, sender)],
      );
    const workQueue = (name: QueueName): WorkQueue => {
      const receiver = QUEUES[name].function;
      return new WorkQueue(this, CONSTRUCT_IDS[name], {
        name: `${settings.name}-${name}`,
        visibilitySeconds: queueVisibilitySeconds(settings, receiver),
        // Higher than the function's own limit: the function gives up first, because it can store the reason.
        maxReceiveCount: 2 * FUNCTIONS[receiver].maxReceives,
        tlsOnly: onAws,
        key,
        // Operators may send dead letters again, to any queue.
        senders: onAws ? arnsOf([...new Set<Sender>([...sendersTo(name), 'operator'])]) : undefined,
        deadLetterSenders: onAws ? arnsOf([receiver]) : undefined,
      });
    };
    const queues = byQueue(workQueue);
    const { bucket } = new RunBucket(this, 'Runs', {
      keepRunsDays: settings.keepRunsDays,
      emptyOnDestroy: onAws,
      retain: settings.bucket === 'retain',
      key,
      tlsOnly: onAws,
    });
    const bucketArnExport = `${settings.name}-bucket-arn`;
    const importedBucketArn = this.exportValue(bucket.bucketArn, { name: bucketArnExport });
    this.resources = {
      queues,
      bucket,
      importedBucketArn,
      bucketArnExport,
      key,
      deployment: settings.name,
      onAws,
    };

    if (onAws) {
      const { policy } = new OperatorPolicy(this, 'Operator', { queues, bucket, key });
      this.#output(OUTPUTS.operatorPolicy, policy.managedPolicyArn);
    }
    this.#output(OUTPUTS.version, DEPLOYMENT_VERSION);
    this.#output(OUTPUTS.bucket, bucket.bucketName);
    for (const name of QUEUE_NAMES) {
      this.#output(OUTPUTS.queueUrls[name], queues[name].queue.queueUrl);
      this.#output(OUTPUTS.deadLetterUrls[name], queues[name].deadLetters.queueUrl);
    }
  }

  #output(name: string, value: string): void {
    new CfnOutput(this, name, { value });
  }
}

/** ARNs of the account's users, its root user and its roles of IAM Identity Center. */
function peopleOf(stack: Stack): readonly string[] {
  const iam = (resource: string): string => stack.formatArn({ service: 'iam', region: '', resource });
  return [iam('root'), iam('user/*'), iam('role/aws-reserved/sso.amazonaws.com/*')];
}
