import { namesOf } from '#shared/names-of.ts';
import type { FunctionName, MessageKind } from './message.ts';

/** Size of a function on AWS Lambda. */
export interface LambdaSize {
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Maximum messages of one invocation. */
  readonly batchSize: number;
}

/** Limits for the messages of a function, the same on every host. */
export interface MessageHandling {
  /** A message that fails on this receive becomes a dead letter. */
  readonly maxReceives: number;
  /**
   * Time that must be left to begin a message; with less time left, the message returns to the queue. [ms]
   */
  readonly reserveMs: number;
}

/** A function that runs on AWS Lambda. */
export type LambdaFunction = Exclude<FunctionName, 'encoder'>;

/** The functions that run on AWS Lambda. */
export const LAMBDA_FUNCTIONS = ['scheduler', 'device'] as const satisfies readonly LambdaFunction[];

/**
 * Limits and Lambda size of each function. The deployment, workers and the emulator derive sizes, queues and
 * permissions from this table, {@link QUEUES} and {@link MESSAGE_ROUTES}.
 */
export const FUNCTIONS = {
  /**
   * Lambda gives one whole virtual CPU at 1,769 MB of memory. With it, the scheduler plans a round of
   * thousands of devices in less than a second.
   */
  scheduler: {
    maxReceives: 10,
    reserveMs: 5_000,
    lambda: { memoryMegabytes: 1769, timeoutSeconds: 30, batchSize: 5 },
  },
  /**
   * A message needs a matrix product over a mini-batch, so the function also has one whole virtual CPU.
   * Batches are small, because a round waits until the last message of a batch is handled.
   */
  device: {
    maxReceives: 10,
    reserveMs: 10_000,
    lambda: { memoryMegabytes: 1769, timeoutSeconds: 30, batchSize: 4 },
  },
  encoder: { maxReceives: 10, reserveMs: 0 },
} as const satisfies Readonly<Record<LambdaFunction, MessageHandling & { readonly lambda: LambdaSize }>> &
  Readonly<Record<'encoder', MessageHandling>>;

/** The names of all functions. */
export const FUNCTION_NAMES = namesOf(FUNCTIONS);

/**
 * Name of a queue. Each function has a queue of the same name. The encoder has a second one for the messages
 * that control a round, to which devices have no permission to send.
 */
export type QueueName = FunctionName | 'encoder-control';

/** A queue's receiver and its importance for a run. */
export interface QueueUse {
  /** The function that receives from it. */
  readonly function: FunctionName;
  /** True if a run must end when one message of this queue is given up. */
  readonly essential: boolean;
  /** Number of consumers of this queue in one worker process. */
  readonly consumers: number;
}

/** All queues. */
export const QUEUES = {
  scheduler: { function: 'scheduler', essential: true, consumers: 1 },
  /** A consumer that waits for the due time of one message handles no other, so a worker has several. */
  device: { function: 'device', essential: false, consumers: 4 },
  encoder: { function: 'encoder', essential: false, consumers: 1 },
  'encoder-control': { function: 'encoder', essential: true, consumers: 1 },
} as const satisfies Readonly<Record<QueueName, QueueUse>>;

/** The names of all queues. */
export const QUEUE_NAMES = namesOf(QUEUES);

/** A sender of messages: a function, or the operator through the command line. */
export type Sender = FunctionName | 'operator';

/** Senders and queue of each kind of message. */
export const MESSAGE_ROUTES: Readonly<
  Record<MessageKind, { readonly from: readonly Sender[]; readonly to: QueueName }>
> = {
  'round.start': { from: ['scheduler', 'encoder', 'operator'], to: 'scheduler' },
  'device.scheduled': { from: ['scheduler'], to: 'device' },
  'encoder.embeddings': { from: ['device'], to: 'encoder' },
  'device.features': { from: ['encoder'], to: 'device' },
  'encoder.gradients': { from: ['device'], to: 'encoder' },
  'encoder.close-round': { from: ['scheduler'], to: 'encoder-control' },
  'round.closed': { from: ['encoder'], to: 'scheduler' },
  evaluate: { from: ['scheduler', 'operator'], to: 'encoder-control' },
};

/** The queue that messages of this kind are sent to. */
export function queueOf(kind: MessageKind): QueueName {
  return MESSAGE_ROUTES[kind].to;
}

/** The queues to which a sender sends. */
export function queuesFrom(sender: Sender): readonly QueueName[] {
  const routes = Object.values(MESSAGE_ROUTES).filter(({ from }) => from.includes(sender));
  return QUEUE_NAMES.filter((queue) => routes.some(({ to }) => to === queue));
}

/** The senders of messages to a queue. */
export function sendersTo(queue: QueueName): readonly Sender[] {
  return ([...FUNCTION_NAMES, 'operator'] as const).filter((sender) => queuesFrom(sender).includes(queue));
}

/** The queues that a function receives from. */
export function queuesOf(name: FunctionName): readonly QueueName[] {
  return QUEUE_NAMES.filter((queue) => QUEUES[queue].function === name);
}

/**
 * Visibility timeout of a function's queues. [s] For Lambda it is six times the function's timeout, as AWS
 * recommends for event source mappings: this leaves time for retries of throttled invocations. The encoder
 * extends the timeout while it works, so 120 s is the time until messages of a killed encoder are received
 * again.
 *
 * @param timeoutSeconds the function's timeout, if it is not that of the table [s]
 */
export function visibilitySeconds(name: FunctionName, timeoutSeconds?: number): number {
  return name === 'encoder' ? 120 : 6 * (timeoutSeconds ?? FUNCTIONS[name].lambda.timeoutSeconds);
}

/** Makes one value for each function. */
export function byFunction<Value>(
  make: (name: FunctionName) => Value,
): Readonly<Record<FunctionName, Value>> {
  return { scheduler: make('scheduler'), device: make('device'), encoder: make('encoder') };
}

/** Makes one value for each queue. */
export function byQueue<Value>(make: (name: QueueName) => Value): Readonly<Record<QueueName, Value>> {
  return { ...byFunction(make), 'encoder-control': make('encoder-control') };
}
