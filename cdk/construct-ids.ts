import type { FunctionName } from '#shared/protocol/message.ts';

/** Ids, or prefixes of ids, of each function's constructs. */
export const CONSTRUCT_IDS = {
  scheduler: 'Scheduler',
  device: 'Device',
  encoder: 'Encoder',
} as const satisfies Readonly<Record<FunctionName, string>>;
