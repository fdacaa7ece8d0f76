import { FUNCTION_SETTINGS } from '../functions/common/function-settings.ts';
import type { FunctionName } from '../shared/protocol/message.ts';

export interface FunctionSize {
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Messages of one invocation at most. */
  readonly batchSize: number;
}

/**
 * The scheduler plans thousands of devices in well under a second. A device message is a matrix product of a
 * mini-batch; 1,769 MB come with one whole virtual CPU. Small batches: what a message waits for, its round waits for.
 */
export const FUNCTION_SIZES: Readonly<Record<'scheduler' | 'device', FunctionSize>> = {
  scheduler: { memoryMegabytes: 1024, timeoutSeconds: 30, batchSize: 5 },
  device: { memoryMegabytes: 1769, timeoutSeconds: 30, batchSize: 4 },
};

/** The encoder extends its messages' visibility while it works; this is how long a killed one keeps them. */
const ENCODER_VISIBILITY_SECONDS = 120;

/** Six times the timeout, as Lambda's event source mappings ask for: room for retries of a throttled invocation. */
export function visibilitySeconds(name: FunctionName): number {
  return name === 'encoder' ? ENCODER_VISIBILITY_SECONDS : 6 * FUNCTION_SIZES[name].timeoutSeconds;
}

/** Receipts after which the queue itself moves a message: later than the function, which can say why. */
export function maxReceiveCount(name: FunctionName): number {
  return 2 * FUNCTION_SETTINGS[name].maxReceives;
}
