import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { RunBucket } from '#cdk/constructs/run-bucket.ts';
import { WorkQueue } from '#cdk/constructs/work-queue.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';
import { maxReceiveCount, visibilitySeconds } from '#cdk/function-sizes.ts';
import { DEPLOYMENT_VERSION, OUTPUTS } from '#shared/config/deployment.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** A queue for each function, each with its dead letters, and the bucket: all that outlives an invocation. */
export class MessagingStack extends Stack {
  readonly queues: Readonly<Record<FunctionName, WorkQueue>>;
  readonly bucket: Bucket;
  /** The bucket's ARN as other stacks import it, and the name of that export. */
  readonly bucketArnExport: string;
  readonly importedBucketArn: string;
  readonly onAws: boolean;

  constructor(scope: Construct, id: string, settings: DeploymentSettings, props?: StackProps) {
    super(scope, id, props);
    const onAws = settings.target === 'aws';
    this.onAws = onAws;
    const workQueue = (name: FunctionName, part: string): WorkQueue =>
      new WorkQueue(this, part, {
        name: `${settings.name}-${name}`,
        visibilitySeconds: settings.visibilitySeconds ?? visibilitySeconds(name),
        maxReceiveCount: maxReceiveCount(name),
        tlsOnly: onAws,
      });
    this.queues = {
      scheduler: workQueue('scheduler', 'Scheduler'),
      device: workQueue('device', 'Device'),
      encoder: workQueue('encoder', 'Encoder'),
    };
    this.bucket = new RunBucket(this, 'Runs', {
      keepRunsDays: settings.keepRunsDays,
      emptyOnDestroy: onAws,
      tlsOnly: onAws,
    }).bucket;
    this.bucketArnExport = `${settings.name}-bucket-arn`;
    this.importedBucketArn = this.exportValue(this.bucket.bucketArn, { name: this.bucketArnExport });

    this.#output(OUTPUTS.version, DEPLOYMENT_VERSION);
    this.#output(OUTPUTS.bucket, this.bucket.bucketName);
    for (const name of ['scheduler', 'device', 'encoder'] as const) {
      this.#output(OUTPUTS.queueUrls[name], this.queues[name].queue.queueUrl);
      this.#output(OUTPUTS.deadLetterUrls[name], this.queues[name].deadLetters.queueUrl);
    }
  }

  #output(name: string, value: string): void {
    new CfnOutput(this, name, { value });
  }
}
