import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CONSTRUCT_IDS } from '#cdk/construct-ids.ts';
import { RunBucket } from '#cdk/constructs/run-bucket.ts';
import type { RunResources } from '#cdk/constructs/run-resources.ts';
import { WorkQueue } from '#cdk/constructs/work-queue.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';
import { DEPLOYMENT_VERSION, OUTPUTS } from '#shared/config/deployment.ts';
import {
  byQueue,
  FUNCTIONS,
  QUEUE_NAMES,
  QUEUES,
  type QueueName,
  visibilitySeconds,
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
    const workQueue = (name: QueueName): WorkQueue => {
      const receiver = QUEUES[name].function;
      return new WorkQueue(this, CONSTRUCT_IDS[name], {
        name: `${settings.name}-${name}`,
        visibilitySeconds: settings.visibilitySeconds ?? visibilitySeconds(receiver),
        // Higher than the function's own limit: the function gives up first, because it can store the reason.
        maxReceiveCount: 2 * FUNCTIONS[receiver].maxReceives,
        tlsOnly: onAws,
      });
    };
    const queues = byQueue(workQueue);
    const { bucket } = new RunBucket(this, 'Runs', {
      keepRunsDays: settings.keepRunsDays,
      emptyOnDestroy: onAws,
      tlsOnly: onAws,
    });
    const bucketArnExport = `${settings.name}-bucket-arn`;
    const importedBucketArn = this.exportValue(bucket.bucketArn, { name: bucketArnExport });
    this.resources = { queues, bucket, importedBucketArn, bucketArnExport, onAws };

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
