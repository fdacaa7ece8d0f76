import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { FunctionName } from '#shared/protocol/message.ts';
import type { WorkQueue } from './work-queue.ts';

/** The resources that functions work on. */
export interface RunResources {
  readonly queues: Readonly<Record<FunctionName, WorkQueue>>;
  readonly bucket: Bucket;
  /** ARN of the bucket as other stacks import it, and the name of that export. */
  readonly importedBucketArn: string;
  readonly bucketArnExport: string;
  /** Whether the resources are on AWS; false on an emulator. */
  readonly onAws: boolean;
}
