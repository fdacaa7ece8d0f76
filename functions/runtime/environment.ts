import * as z from 'zod';
import { createAwsClients } from '#shared/cloud/aws/aws-clients.ts';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import { SqsQueue } from '#shared/cloud/aws/sqs-queue.ts';
import { logTelemetry } from '#shared/cloud/node/log-telemetry.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import { ConfigError } from '#shared/errors.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import type { FunctionPorts } from './function-ports.ts';

const address = z.url();

/** Environment variables of a deployed function. */
const environmentSchema = z.object({
  AIRTUNE_BUCKET: z.string().min(1),
  AIRTUNE_SCHEDULER_QUEUE_URL: address,
  AIRTUNE_DEVICE_QUEUE_URL: address,
  AIRTUNE_ENCODER_QUEUE_URL: address,
  AIRTUNE_SCHEDULER_DEAD_LETTERS_URL: address,
  AIRTUNE_DEVICE_DEAD_LETTERS_URL: address,
  AIRTUNE_ENCODER_DEAD_LETTERS_URL: address,
  AWS_REGION: z.string().min(1),
  AWS_ENDPOINT_URL: address.optional(),
});

/** Addresses of all queues and of the bucket. */
export interface CloudAddresses {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly bucket: string;
  readonly queueUrls: Readonly<Record<FunctionName, string>>;
  readonly deadLetterUrls: Readonly<Record<FunctionName, string>>;
  /** The largest message that the queues take; 1 MiB by default. */
  readonly maxMessageBytes?: number;
}

/** @throws ConfigError naming the first variable that is missing or invalid. */
export function addressesFromEnvironment(environment: NodeJS.ProcessEnv): CloudAddresses {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue.message}.`, {
      subject: `environment variable ${issue.path.map(String).join('.')}`,
      remedy: 'Deployed functions get it from the stack; a worker started by hand needs it set.',
    });
  }
  const { data } = parsed;
  return {
    region: data.AWS_REGION,
    endpoint: data.AWS_ENDPOINT_URL,
    bucket: data.AIRTUNE_BUCKET,
    queueUrls: {
      scheduler: data.AIRTUNE_SCHEDULER_QUEUE_URL,
      device: data.AIRTUNE_DEVICE_QUEUE_URL,
      encoder: data.AIRTUNE_ENCODER_QUEUE_URL,
    },
    deadLetterUrls: {
      scheduler: data.AIRTUNE_SCHEDULER_DEAD_LETTERS_URL,
      device: data.AIRTUNE_DEVICE_DEAD_LETTERS_URL,
      encoder: data.AIRTUNE_ENCODER_DEAD_LETTERS_URL,
    },
  };
}

/** Ports over SQS and S3, with queues that can be received from. */
export interface CloudPorts extends FunctionPorts {
  readonly queues: Readonly<Record<FunctionName, MessageQueue>>;
  readonly deadLetters: Readonly<Record<FunctionName, MessageQueue>>;
  readonly objects: ObjectStore;
  close(): void;
}

/**
 * Connects a function to the cloud. Nothing is sent before the first use.
 *
 * @param name the function or process that log records name
 */
export function connect(
  addresses: CloudAddresses,
  name: string,
  log: (line: string) => void,
  clock: Clock = systemClock,
): CloudPorts {
  const { region, endpoint, bucket, queueUrls, deadLetterUrls, maxMessageBytes } = addresses;
  const clients = createAwsClients({ region, clock, ...(endpoint === undefined ? {} : { endpoint }) });
  const queues = (urls: Readonly<Record<FunctionName, string>>) => ({
    scheduler: new SqsQueue(clients, urls.scheduler, maxMessageBytes),
    device: new SqsQueue(clients, urls.device, maxMessageBytes),
    encoder: new SqsQueue(clients, urls.encoder, maxMessageBytes),
  });
  return {
    queues: queues(queueUrls),
    deadLetters: queues(deadLetterUrls),
    objects: new S3ObjectStore(clients, bucket),
    clock,
    telemetry: logTelemetry(clock, name, log),
    close: () => clients.destroy(),
  };
}
