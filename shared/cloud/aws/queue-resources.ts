import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { QUEUE_LIMITS } from '#shared/cloud/service-limits.ts';
import { AirtuneError } from '#shared/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { failureNames, httpStatus, serviceError } from './aws-errors.ts';

export interface QueueSettings {
  readonly name: string;
  readonly visibilitySeconds: number;
  /** Times a message may be received before it goes to the dead-letter queue `<name>-dead-letters`. */
  readonly maxReceiveCount: number;
}

export interface QueueAddresses {
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
  /** The largest message that both queues take. */
  readonly maxMessageBytes: number;
}

/** How long a message is kept, 4 days; a dead letter 14, the longest there is. */
const RETENTION_SECONDS = 345_600;
const DEAD_LETTER_RETENTION_SECONDS = 1_209_600;

/**
 * Creates a queue and its dead-letter queue where they are missing, and gives them these settings where they differ.
 * Throws a ServiceError when the endpoint does not answer or refuses.
 */
export async function ensureQueue(clients: AwsClients, settings: QueueSettings): Promise<QueueAddresses> {
  const deadLetters = await ensureSized(clients, deadLettersName(settings.name), {
    MessageRetentionPeriod: String(DEAD_LETTER_RETENTION_SECONDS),
  });
  const deadLetterTargetArn = await queueArn(clients, deadLetters.queueUrl);
  const queue = await ensureSized(clients, settings.name, {
    MessageRetentionPeriod: String(RETENTION_SECONDS),
    VisibilityTimeout: String(settings.visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: settings.maxReceiveCount }),
  });
  return {
    queueUrl: queue.queueUrl,
    deadLettersUrl: deadLetters.queueUrl,
    maxMessageBytes: Math.min(queue.maxMessageBytes, deadLetters.maxMessageBytes),
  };
}

/** Deletes a queue and its dead-letter queue; what is not there is no error. */
export async function deleteQueue(clients: AwsClients, name: string): Promise<void> {
  for (const each of [name, deadLettersName(name)]) {
    const queueUrl = await findQueue(clients, each);
    if (queueUrl === undefined) continue;
    await request(clients, each, () => clients.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl })));
  }
}

/** A queue's address by its name; undefined when there is none. */
export async function findQueue(clients: AwsClients, name: string): Promise<string | undefined> {
  return request(clients, name, async () => {
    try {
      return (await clients.sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
    } catch (error) {
      const names = failureNames(error);
      if (names.includes('QueueDoesNotExist') || names.includes('AWS.SimpleQueueService.NonExistentQueue')) {
        return undefined;
      }
      throw error;
    }
  });
}

function deadLettersName(name: string): string {
  return `${name}-dead-letters`;
}

/** A queue for the largest messages that the endpoint takes: 1 MiB, or 256 KiB where it refuses more. */
async function ensureSized(
  clients: AwsClients,
  name: string,
  attributes: Readonly<Record<string, string>>,
): Promise<{ readonly queueUrl: string; readonly maxMessageBytes: number }> {
  const sized = async (maxMessageBytes: number) => {
    const MaximumMessageSize = String(maxMessageBytes);
    return {
      queueUrl: await ensureOne(clients, name, { ...attributes, MaximumMessageSize }),
      maxMessageBytes,
    };
  };
  try {
    return await sized(QUEUE_LIMITS.maxMessageBytes);
  } catch (error) {
    if (!(error instanceof AirtuneError) || httpStatus(error.cause) !== 400) throw error;
    // Whatever else the endpoint may refuse, it refuses again.
    return await sized(QUEUE_LIMITS.smallMessageBytes);
  }
}

async function ensureOne(
  clients: AwsClients,
  name: string,
  attributes: Readonly<Record<string, string>>,
): Promise<string> {
  return request(clients, name, async () => {
    const found = await findQueue(clients, name);
    if (found === undefined) {
      const created = await clients.sqs.send(
        new CreateQueueCommand({ QueueName: name, Attributes: { ...attributes } }),
      );
      return created.QueueUrl ?? '';
    }
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: found, Attributes: { ...attributes } }));
    return found;
  });
}

async function queueArn(clients: AwsClients, queueUrl: string): Promise<string> {
  const answer = await request(clients, queueUrl, () =>
    clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] })),
  );
  return answer.Attributes?.QueueArn ?? '';
}

async function request<T>(clients: AwsClients, name: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw serviceError(`queue ${name} at ${clients.target}`, error);
  }
}
