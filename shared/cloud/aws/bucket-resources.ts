import {
  BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
} from '@aws-sdk/client-s3';
import type { AwsClients } from './aws-clients.ts';
import { failureNames, httpStatus, serviceError } from './aws-errors.ts';
import { S3ObjectStore } from './s3-object-store.ts';

/**
 * Creates the bucket when it is missing.
 *
 * @throws ServiceError when the endpoint does not respond or refuses.
 */
export async function ensureBucket(clients: AwsClients, bucket: string): Promise<void> {
  await request(clients, bucket, async () => {
    if (await bucketExists(clients, bucket)) return;
    const location = Object.values(BucketLocationConstraint).find((region) => region === clients.region);
    try {
      await clients.s3.send(
        new CreateBucketCommand({
          Bucket: bucket,
          // S3 refuses us-east-1 as a location constraint; it is the default.
          ...(location === undefined ? {} : { CreateBucketConfiguration: { LocationConstraint: location } }),
        }),
      );
    } catch (error) {
      // Another process created the bucket meanwhile.
      if (!failureNames(error).includes('BucketAlreadyOwnedByYou')) throw error;
    }
  });
}

/** Deletes the bucket and all its objects. A missing bucket is not an error. */
export async function deleteBucket(clients: AwsClients, bucket: string): Promise<void> {
  await request(clients, bucket, async () => {
    if (!(await bucketExists(clients, bucket))) return;
    const store = new S3ObjectStore(clients, bucket);
    await store.delete(await store.list(''));
    await clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  });
}

async function bucketExists(clients: AwsClients, bucket: string): Promise<boolean> {
  try {
    await clients.s3.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    if (httpStatus(error) === 404) return false;
    throw error;
  }
}

async function request<T>(clients: AwsClients, bucket: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw serviceError(`bucket ${bucket} at ${clients.target}`, error);
  }
}
