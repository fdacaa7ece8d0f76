import type { FunctionName } from './message.ts';

/** Name of the environment variable that holds the bucket's name. */
export const BUCKET_VARIABLE = 'AIRTUNE_BUCKET';

/** Name of the environment variable that holds the URL of a function's queue. */
export function queueUrlVariable(name: FunctionName): string {
  return `AIRTUNE_${name.toUpperCase()}_QUEUE_URL`;
}

/** Name of the environment variable that holds the URL of a function's dead-letter queue. */
export function deadLettersUrlVariable(name: FunctionName): string {
  return `AIRTUNE_${name.toUpperCase()}_DEAD_LETTERS_URL`;
}
