import type { FunctionName, MessageKind } from './message.ts';

/** Size of a function on AWS Lambda. */
export interface LambdaSize {
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Maximum messages of one invocation. */
  readonly batchSize: number;
}

/** How a function handles its queue, on whatever host it runs. */
export interface QueueHandling {
  /** After this many receives a message that still fails becomes a dead letter. */
  readonly maxReceives: number;
  /** Messages that an invocation has less time left for than this return to the queue. */
  readonly reserveMs: number;
  /** Consumers of the queue in one process that runs the function as a worker. */
  readonly consumers: number;
}

/** A function that runs on AWS Lambda. */
export type LambdaFunction = Exclude<FunctionName, 'encoder'>;

export const LAMBDA_FUNCTIONS = ['scheduler', 'device'] as const satisfies readonly LambdaFunction[];

export const FUNCTION_NAMES = [...LAMBDA_FUNCTIONS, 'encoder'] as const satisfies readonly FunctionName[];

/**
 * The functions of the system. The deployment, workers and the emulator derive sizes, queues and permissions from this
 * table and {@link MESSAGE_ROUTES}.
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
   * A message is a matrix product of a mini-batch; 1,769 MB include one whole virtual CPU. Batches are small, because a
   * round waits for the last message of a batch. A consumer waits for a message's radio delay, so a worker has several.
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

/** Who sends messages: functions, and the operator through the command line. */
export type Sender = FunctionName | 'operator';

/** Senders and receiver of each kind of message. */
export const MESSAGE_ROUTES: Readonly<
  Record<MessageKind, { readonly from: readonly Sender[]; readonly to: FunctionName }>
> = {
  'round.start': { from: ['scheduler', 'operator'], to: 'scheduler' },
  'device.scheduled': { from: ['scheduler'], to: 'device' },
  'encoder.embeddings': { from: ['device'], to: 'encoder' },
  'device.features': { from: ['encoder'], to: 'device' },
  'encoder.gradients': { from: ['device'], to: 'encoder' },
  'encoder.close-round': { from: ['scheduler'], to: 'encoder' },
  'round.closed': { from: ['encoder'], to: 'scheduler' },
  evaluate: { from: ['scheduler', 'operator'], to: 'encoder' },
};

/** The function whose queue takes a kind of message. */
export function receiverOf(kind: MessageKind): FunctionName {
  return MESSAGE_ROUTES[kind].to;
}

/** The functions whose queues a function sends to. Its own is one of them: it defers messages that arrive early. */
export function receiversFrom(name: FunctionName): readonly FunctionName[] {
  const routes = Object.values(MESSAGE_ROUTES).filter(({ from }) => from.includes(name));
  return FUNCTION_NAMES.filter((other) => other === name || routes.some(({ to }) => to === other));
}

/**
 * The time for which a received message stays hidden while nothing extends it. For Lambda six times the timeout, as its
 * event source mappings require, which allows for retries of throttled invocations. The encoder extends the time while
 * it works; this is how long a killed one keeps its messages.
 */
export function visibilitySeconds(name: FunctionName): number {
  return name === 'encoder' ? 120 : 6 * FUNCTIONS[name].lambda.timeoutSeconds;
}

/** A value for each function. */
export function byFunction<Value>(
  make: (name: FunctionName) => Value,
): Readonly<Record<FunctionName, Value>> {
  return { scheduler: make('scheduler'), device: make('device'), encoder: make('encoder') };
}
