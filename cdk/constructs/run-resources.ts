import type { Key } from 'aws-cdk-lib/aws-kms';
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
  /** The customer's key for queues, bucket and logs; undefined for AWS's own keys. */
  readonly key: Key | undefined;
  /** Name of the deployment. */
  readonly deployment: string;
  /** True on AWS, false on an emulator. */
  readonly onAws: boolean;
}
