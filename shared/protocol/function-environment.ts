import type { QueueName } from './functions.ts';

/** Name of the environment variable that holds the bucket's name. */
export const BUCKET_VARIABLE = 'AIRTUNE_BUCKET';

/** Name of the environment variable that holds the URL of a queue. */
export function queueUrlVariable(name: QueueName): string {
  return `AIRTUNE_${variablePart(name)}_QUEUE_URL`;
}

/** Name of the environment variable that holds the URL of a queue's dead-letter queue. */
export function deadLettersUrlVariable(name: QueueName): string {
  return `AIRTUNE_${variablePart(name)}_DEAD_LETTERS_URL`;
}

function variablePart(name: QueueName): string {
  return name.toUpperCase().replaceAll('-', '_');
}
