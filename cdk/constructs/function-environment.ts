import type { MessagingStack } from '#cdk/stacks/messaging-stack.ts';

/** The variables by which a function finds its queues and its bucket. */
export function functionEnvironment({ queues, bucket }: MessagingStack): Record<string, string> {
  const { scheduler, device, encoder } = queues;
  return {
    AIRTUNE_BUCKET: bucket.bucketName,
    AIRTUNE_SCHEDULER_QUEUE_URL: scheduler.queue.queueUrl,
    AIRTUNE_DEVICE_QUEUE_URL: device.queue.queueUrl,
    AIRTUNE_ENCODER_QUEUE_URL: encoder.queue.queueUrl,
    AIRTUNE_SCHEDULER_DEAD_LETTERS_URL: scheduler.deadLetters.queueUrl,
    AIRTUNE_DEVICE_DEAD_LETTERS_URL: device.deadLetters.queueUrl,
    AIRTUNE_ENCODER_DEAD_LETTERS_URL: encoder.deadLetters.queueUrl,
  };
}
