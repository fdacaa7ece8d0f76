import type { QueueName } from '#shared/protocol/functions.ts';

/** Ids, or prefixes of ids, of the constructs of each function and queue. */
export const CONSTRUCT_IDS = {
  scheduler: 'Scheduler',
  device: 'Device',
  encoder: 'Encoder',
  'encoder-control': 'EncoderControl',
} as const satisfies Readonly<Record<QueueName, string>>;

/** Prefix of a queue's metrics in metric expressions, whose names begin with a small letter. */
export function metricPrefix(queue: QueueName): string {
  return `${CONSTRUCT_IDS[queue][0].toLowerCase()}${CONSTRUCT_IDS[queue].slice(1)}`;
}
