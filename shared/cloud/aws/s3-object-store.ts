import { randomUUID } from 'node:crypto';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  NoSuchKey,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { withRetries } from '#shared/cloud/backoff.ts';
import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import { checkKeyPrefix, checkObjectKey, compareKeys } from '#shared/cloud/object-key.ts';
import type { FolderListing, ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { checkObjectSize, OBJECT_LIMITS } from '#shared/cloud/service-limits.ts';
import { ServiceError } from '#shared/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { attemptsMade, failureNames, httpStatus, serviceError } from './aws-errors.ts';

/** Attempts in addition to the SDK's own, for errors that the SDK does not retry. */
const ATTEMPTS = 8;

/** Number of reads that must fail the checksum before the object counts as damaged. */
const DAMAGED_READS = 3;

/**
 * An object store in a bucket of S3, or of any endpoint that speaks its protocol and honours conditional
 * writes. The SDK sends a SHA-256 with every object, which S3 checks and keeps, and verifies it on every
 * read. On endpoints that keep no checksums, reads are not verified.
 */
export class S3ObjectStore implements ObjectStore, FolderListing {
  readonly #clients: AwsClients;
  readonly #bucket: string;

  constructor(clients: AwsClients, bucket: string) {
    this.#clients = clients;
    this.#bucket = bucket;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    let mismatches = 0;
    return this.#request(key, async () => {
      checkObjectKey(key);
      try {
        const answer = await this.#clients.s3.send(
          new GetObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' }),
        );
        return await answer.Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        if (!failureNames(error).includes('ChecksumMismatch')) throw error;
        mismatches += 1;
        // One mismatch may be damage in transit. Repeated mismatches mean that the stored bytes are damaged.
        if (mismatches < DAMAGED_READS) throw error;
        throw new DamagedObjectError(
          key,
          this.#subject(key),
          'it does not match its checksum',
          'Restore it from a copy, or start a new run.',
          error,
        );
      }
    });
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    checkObjectSize(this.#subject(key), bytes.length);
    await this.#request(key, () => {
      checkObjectKey(key);
      return this.#clients.s3.send(
        new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes, ChecksumAlgorithm: 'SHA256' }),
      );
    });
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    checkObjectSize(this.#subject(key), bytes.length);
    // Identifies this call. When a response is lost, the SDK sends the request again, which then finds the
    // object of the first request; the id shows that it is this call's own.
    const writer = randomUUID();
    let requests = 0;
    return this.#request(key, async () => {
      checkObjectKey(key);
      requests += 1;
      try {
        await this.#clients.s3.send(
          new PutObjectCommand({
            Bucket: this.#bucket,
            Key: key,
            Body: bytes,
            ChecksumAlgorithm: 'SHA256',
            IfNoneMatch: '*',
            Metadata: { writer },
          }),
        );
        return true;
      } catch (error) {
        if (httpStatus(error) === 409) throw conflict(this.#subject(key), error);
        if (httpStatus(error) !== 412) throw error;
        return (requests > 1 || attemptsMade(error) > 1) && (await this.#writerOf(key)) === writer;
      }
    });
  }

  async list(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of this.#pages(prefix)) {
      for (const object of Contents) if (object.Key !== undefined) keys.push(object.Key);
    }
    return keys.sort(compareKeys);
  }

  async listFolders(prefix: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const { CommonPrefixes = [] } of this.#pages(prefix, '/')) {
      for (const folder of CommonPrefixes) {
        if (folder.Prefix !== undefined) names.push(folder.Prefix.slice(prefix.length, -1));
      }
    }
    return names.sort(compareKeys);
  }

  async *#pages(prefix: string, delimiter?: string): AsyncGenerator<ListObjectsV2CommandOutput> {
    checkKeyPrefix(prefix);
    let continuation: string | undefined;
    do {
      const page = await this.#request(prefix, () =>
        this.#clients.s3.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: prefix,
            ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
            ...(continuation === undefined ? {} : { ContinuationToken: continuation }),
          }),
        ),
      );
      yield page;
      continuation = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (continuation !== undefined);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkObjectKey(key);
    const distinct = [...new Set(keys)];
    for (let start = 0; start < distinct.length; start += OBJECT_LIMITS.maxDeleteKeys) {
      const batch = distinct.slice(start, start + OBJECT_LIMITS.maxDeleteKeys);
      await this.#request(batch[0] ?? '', async () => {
        const answer = await this.#clients.s3.send(
          new DeleteObjectsCommand({
            Bucket: this.#bucket,
            Delete: { Quiet: true, Objects: batch.map((Key) => ({ Key })) },
          }),
        );
        const [failed] = answer.Errors ?? [];
        if (failed !== undefined) {
          throw Object.assign(new Error(failed.Message ?? 'not deleted'), { name: failed.Code ?? 'Unknown' });
        }
      });
    }
  }

  async #writerOf(key: string): Promise<string | undefined> {
    const head = await this.#clients.s3.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
    return head.Metadata?.writer;
  }

  /** Runs an idempotent request, and repeats it while its errors are retryable. */
  #request<T>(key: string, task: () => Promise<T>): Promise<T> {
    return withRetries(this.#clients.backoff, ATTEMPTS, async () => {
      try {
        return await task();
      } catch (error) {
        throw serviceError(this.#subject(key), error);
      }
    });
  }

  #subject(key: string): string {
    return `object ${this.#bucket}/${key} at ${this.#clients.target}`;
  }
}

/**
 * The error for a concurrent write of the same object. It is not known which write won, so the request is
 * repeated.
 */
function conflict(subject: string, error: unknown): ServiceError {
  return new ServiceError(`other writers block the request (${failureNames(error)[0] ?? 'conflict'}).`, {
    subject,
    remedy: 'Try again.',
    cause: error,
    retryable: true,
  });
}
