import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { type FunctionName, parseMessage } from '#shared/protocol/message.ts';
import { type BatchWork, createBatchHandler } from './batch-handler.ts';
import { consumeQueue } from './consumer/consume-queue.ts';
import type { CloudPorts } from './environment.ts';
import { FUNCTION_SETTINGS } from './function-settings.ts';
import { sqsEvent } from './sqs-event.ts';

export interface WorkerOptions {
  readonly function: FunctionName;
  readonly ports: CloudPorts;
  readonly work: BatchWork;
  /** Uniform in [0, 1), for the jitter of waits. */
  readonly uniform: () => number;
  /** Long polling; stopping takes up to this long. */
  readonly waitSeconds: number;
  /** How long a received message stays hidden if this process dies. */
  readonly visibilitySeconds: number;
  readonly signal: AbortSignal;
  /** After this many receipts a message that still fails is a dead letter; the function's own number by default. */
  readonly maxReceives?: number;
}

/** Messages of one receive. */
const BATCH_MESSAGES = 10;

/** Runs a function as a long-running consumer of its queue until the signal aborts: the same handlers, no Lambda. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { function: name, ports, signal } = options;
  const defaults = FUNCTION_SETTINGS[name];
  const settings = { ...defaults, function: name, maxReceives: options.maxReceives ?? defaults.maxReceives };
  const handle = createBatchHandler(settings, ports, options.work);
  const context = { getRemainingTimeInMillis: () => (signal.aborted ? -1 : Number.POSITIVE_INFINITY) };
  await consumeQueue({
    queue: ports.queues[name],
    clock: ports.clock,
    telemetry: ports.telemetry,
    uniform: options.uniform,
    deliverAtMs,
    handleBatch: async (messages) => {
      const { batchItemFailures } = await handle(sqsEvent(name, messages), context);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    maxMessages: BATCH_MESSAGES,
    wantsMore: async (messages) =>
      (await options.work.hasRoom?.(messages.map(({ body }) => parseMessage(body)))) ?? false,
    waitSeconds: options.waitSeconds,
    visibilitySeconds: options.visibilitySeconds,
    signal,
  });
}

/** When a message is due; one that cannot be read is due at once, for the handler to say what is wrong with it. */
function deliverAtMs(message: ReceivedMessage): number {
  try {
    return parseMessage(message.body).deliverAtMs;
  } catch {
    return 0;
  }
}
