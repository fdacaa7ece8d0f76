import type { FunctionName } from '#shared/protocol/message.ts';

/** What the ids of a function's constructs are, or begin with. */
export const CONSTRUCT_IDS = {
  scheduler: 'Scheduler',
  device: 'Device',
  encoder: 'Encoder',
} as const satisfies Readonly<Record<FunctionName, string>>;
