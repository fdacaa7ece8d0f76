import {
  BUCKET_VARIABLE,
  deadLettersUrlVariable,
  queueUrlVariable,
} from '#shared/protocol/function-environment.ts';
import { QUEUE_NAMES } from '#shared/protocol/functions.ts';
import type { RunResources } from './run-resources.ts';

/** The environment variables from which a function reads the addresses of its queues and its bucket. */
export function functionEnvironment({
  queues,
  bucket,
}: Pick<RunResources, 'queues' | 'bucket'>): Record<string, string> {
  const urls = (
    variable: typeof queueUrlVariable,
    url: (queue: RunResources['queues']['device']) => string,
  ) => QUEUE_NAMES.map((name) => [variable(name), url(queues[name])] as const);
  return Object.fromEntries([
    [BUCKET_VARIABLE, bucket.bucketName],
    ...urls(queueUrlVariable, ({ queue }) => queue.queueUrl),
    ...urls(deadLettersUrlVariable, ({ deadLetters }) => deadLetters.queueUrl),
  ]);
}
