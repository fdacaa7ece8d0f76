import { randomUUID } from 'node:crypto';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { withRetries } from '#shared/cloud/backoff.ts';
import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import { checkKeyPrefix, checkObjectKey, compareKeys } from '#shared/cloud/object-key.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { OBJECT_LIMITS } from '#shared/cloud/service-limits.ts';
import { ServiceError } from '#shared/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { attemptsMade, failureNames, httpStatus, serviceError } from './aws-errors.ts';

/** Attempts on top of the SDK's own, for what it does not repeat by itself. */
const ATTEMPTS = 8;

/** Reads of one object in a row that do not match its checksum, after which it counts as damaged. */
const DAMAGED_READS = 3;

/**
 * Objects in a bucket of S3, or of any endpoint that speaks its protocol and honours conditional writes. The SDK sends the
 * SHA-256 of every object, which S3 checks and keeps, and checks it when the object is read. An endpoint that keeps no
 * checksums is used without.
 */
export class S3ObjectStore implements ObjectStore {
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
        // Bytes may be damaged on the way. Bytes that are damaged every time are so where they are stored.
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
    await this.#request(key, () => {
      checkObjectKey(key);
      return this.#clients.s3.send(
        new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes, ChecksumAlgorithm: 'SHA256' }),
      );
    });
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    // Names this one call: a request whose answer was lost is sent again by the SDK and then finds its own object.
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
    checkKeyPrefix(prefix);
    const keys: string[] = [];
    let continuation: string | undefined;
    do {
      const page = await this.#request(prefix, () =>
        this.#clients.s3.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: prefix,
            ...(continuation === undefined ? {} : { ContinuationToken: continuation }),
          }),
        ),
      );
      for (const object of page.Contents ?? []) if (object.Key !== undefined) keys.push(object.Key);
      continuation = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (continuation !== undefined);
    return keys.sort(compareKeys);
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

  /** Runs a request whose repetition has the same effect, again while it fails for a while only. */
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

/** Another write of the same object was under way: neither is known to have won, so the request is repeated. */
function conflict(subject: string, error: unknown): ServiceError {
  return new ServiceError(`other writers are in the way (${failureNames(error)[0] ?? 'conflict'}).`, {
    subject,
    remedy: 'Try again.',
    cause: error,
    retryable: true,
  });
}
