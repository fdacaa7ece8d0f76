import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Backoff } from '#shared/cloud/backoff.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import { ConfigError } from '#shared/errors.ts';

/** Options of {@link createAwsClients}. */
export interface AwsClientOptions {
  readonly region: string;
  /** Address of an SQS/S3 endpoint, for example `http://127.0.0.1:4566`; AWS when not given. */
  readonly endpoint?: string;
  /** The clock of the due times of messages; the machine's by default. */
  readonly clock?: Clock;
}

/** The clients of a process, with the values that their adapters need. */
export interface AwsClients {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly region: string;
  /** The receiver of requests as errors name it: the endpoint, or for example `AWS us-east-1`. */
  readonly target: string;
  /** The waits of the adapters before they retry. */
  readonly backoff: Backoff;
  /** Closes the connections. */
  destroy(): void;
}

/** Longer than a long poll, 20 s. */
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 5_000;
/** Number of concurrent requests of one client; further requests wait. */
const MAX_SOCKETS = 64;
/** Number of attempts of the SDK for a request that meets throttling, lost connections or server errors. */
const MAX_ATTEMPTS = 4;

/**
 * Creates clients for SQS and S3 on AWS, or on any endpoint that speaks their protocols. Credentials come
 * from the SDK's default chain (environment, profile, container or instance role).
 *
 * @throws ConfigError for an endpoint that is not an http(s) address.
 */
export function createAwsClients({ region, endpoint, clock = systemClock }: AwsClientOptions): AwsClients {
  if (endpoint !== undefined) checkEndpoint(endpoint);
  const common = {
    region,
    maxAttempts: MAX_ATTEMPTS,
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      httpAgent: { maxSockets: MAX_SOCKETS },
      httpsAgent: { maxSockets: MAX_SOCKETS },
    },
  };
  // The queue URLs of an emulator may name a host that does not resolve, so requests go to the endpoint. Its
  // buckets are paths of its one host.
  const sqs = new SQSClient({ ...common, useQueueUrlAsEndpoint: endpoint === undefined });
  const s3 = new S3Client({ ...common, forcePathStyle: endpoint !== undefined });
  return {
    sqs,
    s3,
    region,
    target: endpoint ?? `AWS ${region}`,
    backoff: { clock, uniform: () => Math.random(), baseMs: 50, capMs: 5_000 },
    destroy() {
      sqs.destroy();
      s3.destroy();
    },
  };
}

/**
 * Checks the form of an endpoint's address.
 *
 * @throws ConfigError for an endpoint that is not an http(s) address.
 */
export function checkEndpoint(endpoint: string): void {
  if (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)) return;
  throw new ConfigError('is not the address of an endpoint.', {
    subject: JSON.stringify(endpoint),
    remedy: 'Give it as http://HOST:PORT or https://HOST.',
  });
}
