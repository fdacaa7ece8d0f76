import type { FunctionName, MessageKind } from './message.ts';

/** Size of a function on AWS Lambda. */
export interface LambdaSize {
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Maximum messages of one invocation. */
  readonly batchSize: number;
}

/** How a function handles its queue. The numbers hold on every host. */
export interface QueueHandling {
  /** A message that fails on this receive becomes a dead letter. */
  readonly maxReceives: number;
  /**
   * Time that must be left to begin a message; with less time left, the message returns to the queue. [ms]
   */
  readonly reserveMs: number;
  /** Number of consumers of this queue in one worker process. */
  readonly consumers: number;
}

/** A function that runs on AWS Lambda. */
export type LambdaFunction = Exclude<FunctionName, 'encoder'>;

/** The functions that run on AWS Lambda. */
export const LAMBDA_FUNCTIONS = ['scheduler', 'device'] as const satisfies readonly LambdaFunction[];

/** All functions. */
export const FUNCTION_NAMES = [...LAMBDA_FUNCTIONS, 'encoder'] as const satisfies readonly FunctionName[];

/**
 * Queue handling and Lambda size of each function. The deployment, workers and the emulator derive sizes,
 * queues and permissions from this table and {@link MESSAGE_ROUTES}.
 */
export const FUNCTIONS = {
  /** Plans thousands of devices in well under a second. */
  scheduler: {
    maxReceives: 10,
    reserveMs: 5_000,
    consumers: 1,
    lambda: { memoryMegabytes: 1024, timeoutSeconds: 30, batchSize: 5 },
  },
  /**
   * A message costs a matrix product of a mini-batch; 1,769 MB of memory include one whole virtual CPU.
   * Batches are small because a round waits for the last message of a batch. A consumer waits for a message's
   * radio delay, so a worker has several consumers.
   */
  device: {
    maxReceives: 10,
    reserveMs: 10_000,
    consumers: 4,
    lambda: { memoryMegabytes: 1769, timeoutSeconds: 30, batchSize: 4 },
  },
  encoder: { maxReceives: 10, reserveMs: 0, consumers: 1 },
} as const satisfies Readonly<Record<LambdaFunction, QueueHandling & { readonly lambda: LambdaSize }>> &
  Readonly<Record<'encoder', QueueHandling>>;

/** A sender of messages: a function, or the operator through the command line. */
export type Sender = FunctionName | 'operator';

/** Senders and receiver of each kind of message. */
export const MESSAGE_ROUTES: Readonly<
  Record<MessageKind, { readonly from: readonly Sender[]; readonly to: FunctionName }>
> = {
  'round.start': { from: ['scheduler', 'encoder', 'operator'], to: 'scheduler' },
  'device.scheduled': { from: ['scheduler'], to: 'device' },
  'encoder.embeddings': { from: ['device'], to: 'encoder' },
  'device.features': { from: ['encoder'], to: 'device' },
  'encoder.gradients': { from: ['device'], to: 'encoder' },
  'encoder.close-round': { from: ['scheduler'], to: 'encoder' },
  'round.closed': { from: ['encoder'], to: 'scheduler' },
  evaluate: { from: ['scheduler', 'operator'], to: 'encoder' },
};

/** The function that receives messages of this kind. */
export function receiverOf(kind: MessageKind): FunctionName {
  return MESSAGE_ROUTES[kind].to;
}

/**
 * The functions to whose queues a function sends. It includes the function itself, which defers messages that
 * arrive early.
 */
export function receiversFrom(name: FunctionName): readonly FunctionName[] {
  const routes = Object.values(MESSAGE_ROUTES).filter(({ from }) => from.includes(name));
  return FUNCTION_NAMES.filter((other) => other === name || routes.some(({ to }) => to === other));
}

/**
 * Visibility timeout of a function's queue. [s] For Lambda it is six times the function's timeout, as event
 * source mappings require; this allows for retries of throttled invocations. The encoder extends the timeout
 * while it works, so 120 s is the time until messages of a killed encoder are received again.
 */
export function visibilitySeconds(name: FunctionName): number {
  return name === 'encoder' ? 120 : 6 * FUNCTIONS[name].lambda.timeoutSeconds;
}

/** Makes one value for each function. */
export function byFunction<Value>(
  make: (name: FunctionName) => Value,
): Readonly<Record<FunctionName, Value>> {
  return { scheduler: make('scheduler'), device: make('device'), encoder: make('encoder') };
}
