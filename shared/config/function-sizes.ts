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
