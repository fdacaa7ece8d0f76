import * as z from 'zod';
import { createAwsClients } from '#shared/cloud/aws/aws-clients.ts';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import { SqsQueue } from '#shared/cloud/aws/sqs-queue.ts';
import { logTelemetry } from '#shared/cloud/node/log-telemetry.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { FolderListing, ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import { ConfigError } from '#shared/errors.ts';
import {
  BUCKET_VARIABLE,
  deadLettersUrlVariable,
  queueUrlVariable,
} from '#shared/protocol/function-environment.ts';
import { byQueue, type QueueName } from '#shared/protocol/functions.ts';
import type { FunctionPorts } from './function-ports.ts';

/** Addresses of all queues and of the bucket. */
export interface CloudAddresses {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly bucket: string;
  readonly queueUrls: Readonly<Record<QueueName, string>>;
  readonly deadLetterUrls: Readonly<Record<QueueName, string>>;
  /** The largest message that the queues accept; 1 MiB by default. */
  readonly maxMessageBytes?: number;
}

/**
 * Reads the addresses from environment variables.
 *
 * @throws ConfigError naming the first variable that is missing or invalid.
 */
export function addressesFromEnvironment(environment: NodeJS.ProcessEnv): CloudAddresses {
  const read = <S extends z.ZodType>(schema: S, name: string): z.output<S> => {
    const parsed = schema.safeParse(environment[name]);
    if (parsed.success) return parsed.data;
    throw new ConfigError(`${parsed.error.issues[0].message}.`, {
      subject: `environment variable ${name}`,
      remedy: 'The stack sets it for deployed functions; set it for a worker that you start yourself.',
    });
  };
  const text = z.string().min(1);
  const url = z.url();
  return {
    bucket: read(text, BUCKET_VARIABLE),
    queueUrls: byQueue((name) => read(url, queueUrlVariable(name))),
    deadLetterUrls: byQueue((name) => read(url, deadLettersUrlVariable(name))),
    region: read(text, 'AWS_REGION'),
    endpoint: read(url.optional(), 'AWS_ENDPOINT_URL'),
  };
}

/** The ports of a function on SQS and S3. Its caller can also receive from the queues. */
export interface CloudPorts extends FunctionPorts {
  readonly queues: Readonly<Record<QueueName, MessageQueue>>;
  readonly deadLetters: Readonly<Record<QueueName, MessageQueue>>;
  readonly objects: ObjectStore;
  close(): void;
}

/** Ports connected to SQS and S3; the object store can also list folders. */
export interface ConnectedPorts extends CloudPorts {
  readonly objects: ObjectStore & FolderListing;
}

/**
 * Creates the ports of a function on SQS and S3. Nothing is sent before the first use.
 *
 * @param name The function or process that log records name.
 */
export function connect(
  addresses: CloudAddresses,
  name: string,
  log: (line: string) => void,
  clock: Clock = systemClock,
): ConnectedPorts {
  const { region, endpoint, bucket, queueUrls, deadLetterUrls, maxMessageBytes } = addresses;
  const clients = createAwsClients({ region, clock, ...(endpoint === undefined ? {} : { endpoint }) });
  const queues = (urls: Readonly<Record<QueueName, string>>) =>
    byQueue((receiver) => new SqsQueue(clients, urls[receiver], maxMessageBytes));
  return {
    queues: queues(queueUrls),
    deadLetters: queues(deadLetterUrls),
    objects: new S3ObjectStore(clients, bucket),
    clock,
    telemetry: logTelemetry(clock, name, log),
    close: () => clients.destroy(),
  };
}
