import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Backoff } from '#shared/cloud/backoff.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import { ConfigError } from '#shared/errors.ts';

export interface AwsClientOptions {
  readonly region: string;
  /** The address of an emulator, `http://127.0.0.1:4566`; AWS itself when not given. */
  readonly endpoint?: string;
  /** The clock that due times of messages are meant by; the machine's by default. */
  readonly clock?: Clock;
}

/** The clients a process shares, and what their adapters need beside them. */
export interface AwsClients {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly region: string;
  /** Where requests go, as errors name it: the endpoint, or `AWS us-east-1`. */
  readonly target: string;
  /** How the adapters wait before they repeat what failed for a while only. */
  readonly backoff: Backoff;
  /** Closes the connections. */
  destroy(): void;
}

/** Above the 20 s of a long poll. */
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 5_000;
/** Requests of one client that may be under way at once; more wait in line. */
const MAX_SOCKETS = 64;
/** Attempts the SDK makes by itself for throttling, lost connections and server errors. */
const MAX_ATTEMPTS = 4;

/**
 * Clients for SQS and S3 on AWS or any endpoint that speaks their protocols. Credentials come from the SDK's own chain
 * (environment, profile, container or instance role). Throws a ConfigError for an endpoint that is no http(s) address.
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
  // An emulator's queue URLs may name a host that does not resolve; and buckets are folders of its one host.
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

/** Throws a ConfigError for an endpoint that is no http(s) address. */
export function checkEndpoint(endpoint: string): void {
  if (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)) return;
  throw new ConfigError('is not the address of an endpoint.', {
    subject: JSON.stringify(endpoint),
    remedy: 'Give it as http://HOST:PORT or https://HOST.',
  });
}
