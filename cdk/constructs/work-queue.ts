import { Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { QUEUE_LIMITS } from '#shared/cloud/service-limits.ts';

export interface WorkQueueProps {
  /** Prefix of the queue's name. */
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  /** Whether requests without TLS are refused; false for a local emulator, which uses plain HTTP. */
  readonly tlsOnly: boolean;
  /** The customer's key; undefined for a key of SQS. */
  readonly key: Key | undefined;
  /**
   * ARNs, `*` for any text, of the users and roles that may send to the queue. All others may not, even if
   * their own policies allow it. Undefined on an emulator, which treats these policies differently.
   */
  readonly senders: readonly string[] | undefined;
  /** The same for its dead-letter queue. SQS itself moves messages there without them. */
  readonly deadLetterSenders: readonly string[] | undefined;
}

/** A queue and its dead-letter queue: encrypted, TLS only, with an explicit maximum message size. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const common = {
      ...(props.key === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: props.key }),
      enforceSSL: props.tlsOnly,
      maxMessageSizeBytes: QUEUE_LIMITS.maxMessageBytes,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    const queueName = `${props.name}-${stackCreation(this)}`;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...common,
      // The longest retention of SQS, so that a person has time to look at the messages.
      retentionPeriod: Duration.days(14),
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        // By ARN string: the queue refers to this one, and two resources cannot depend on each other.
        sourceQueues: [
          Queue.fromQueueArn(
            this,
            'Source',
            Stack.of(this).formatArn({ service: 'sqs', resource: queueName }),
          ),
        ],
      },
    });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName,
      retentionPeriod: Duration.days(4),
      receiveMessageWaitTime: Duration.seconds(20),
      visibilityTimeout: Duration.seconds(props.visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
      redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
    });
    refuseOthers(this.deadLetters, props.deadLetterSenders);
    refuseOthers(this.queue, props.senders);
    if (!props.tlsOnly) {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-SQS4',
        reason:
          'Deployed to an emulator on this machine only, which speaks plain HTTP on the loopback interface.',
      });
    }
  }
}

/** Lets only these principals send to a queue. */
function refuseOthers(queue: Queue, senders: readonly string[] | undefined): void {
  if (senders === undefined) return;
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyItsSenders',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnNotLike: { 'aws:PrincipalArn': senders } },
    }),
  );
}

/**
 * The unique part of a stack's id; a new creation of the same stack has another one. Queue names include it
 * because SQS refuses the name of a queue that was deleted within the last minute.
 */
function stackCreation(scope: Construct): string {
  return Fn.select(2, Fn.split('/', Stack.of(scope).stackId));
}
