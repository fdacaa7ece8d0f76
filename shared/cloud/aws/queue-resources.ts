import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { QUEUE_LIMITS } from '#shared/cloud/service-limits.ts';
import type { AwsClients } from './aws-clients.ts';
import { failureNames, serviceError } from './aws-errors.ts';

export interface QueueSettings {
  readonly name: string;
  readonly visibilitySeconds: number;
  /** Times a message may be received before it goes to the dead-letter queue `<name>-dead-letters`. */
  readonly maxReceiveCount: number;
}

export interface QueueAddresses {
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
}

/** How long a message is kept, 4 days; a dead letter 14, the longest there is. */
const RETENTION_SECONDS = 345_600;
const DEAD_LETTER_RETENTION_SECONDS = 1_209_600;

/**
 * Creates a queue and its dead-letter queue where they are missing, and gives them these settings where they differ.
 * Throws a ServiceError when the endpoint does not answer or refuses.
 */
export async function ensureQueue(clients: AwsClients, settings: QueueSettings): Promise<QueueAddresses> {
  const deadLettersUrl = await ensureOne(clients, deadLettersName(settings.name), {
    MessageRetentionPeriod: String(DEAD_LETTER_RETENTION_SECONDS),
    MaximumMessageSize: String(QUEUE_LIMITS.maxMessageBytes),
  });
  const deadLetterTargetArn = await queueArn(clients, deadLettersUrl);
  const queueUrl = await ensureOne(clients, settings.name, {
    MessageRetentionPeriod: String(RETENTION_SECONDS),
    MaximumMessageSize: String(QUEUE_LIMITS.maxMessageBytes),
    VisibilityTimeout: String(settings.visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: settings.maxReceiveCount }),
  });
  return { queueUrl, deadLettersUrl };
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
