import { Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { QUEUE_LIMITS } from '#shared/cloud/service-limits.ts';

export interface WorkQueueProps {
  /** What the queue's name begins with. */
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  /** Whether anything but TLS is refused; an emulator on this machine speaks plain HTTP. */
  readonly tlsOnly: boolean;
}

/** A queue and its dead-letter queue: encrypted, TLS only, with an explicit message size. */
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
      // The longest there is: someone has to look at them.
      retentionPeriod: Duration.days(14),
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        // By its name: the queue itself names this one, and two resources cannot both wait for each other.
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
 * The part of a stack's id that no other has, nor the same stack when it is created again: SQS refuses the name of a queue
 * that was deleted within the last minute.
 */
function stackCreation(scope: Construct): string {
  return Fn.select(2, Fn.split('/', Stack.of(scope).stackId));
}
