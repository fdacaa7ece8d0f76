import { Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
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
}

/** A queue and its dead-letter queue: encrypted, TLS only, with an explicit maximum message size. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const common = {
      encryption: QueueEncryption.SQS_MANAGED,
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
    if (!props.tlsOnly) {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-SQS4',
        reason:
          'Deployed to an emulator on this machine only, which speaks plain HTTP on the loopback interface.',
      });
    }
  }
}

/**
 * The unique part of a stack's id; a new creation of the same stack has another one. Queue names include it
 * because SQS refuses the name of a queue that was deleted within the last minute.
 */
function stackCreation(scope: Construct): string {
  return Fn.select(2, Fn.split('/', Stack.of(scope).stackId));
}
