import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { QueueName } from '#shared/protocol/functions.ts';
import type { WorkQueue } from './work-queue.ts';

/** Queues and bucket that the functions use. */
export interface RunResources {
  readonly queues: Readonly<Record<QueueName, WorkQueue>>;
  readonly bucket: Bucket;
  /** ARN of the bucket for import by other stacks, and the name of that export. */
  readonly importedBucketArn: string;
  readonly bucketArnExport: string;
  /** True on AWS, false on an emulator. */
  readonly onAws: boolean;
}
