import { FUNCTIONS, QUEUES, type QueueName } from '#shared/protocol/functions.ts';
import { parseMessage } from '#shared/protocol/message.ts';
import { type BatchWork, createBatchHandler } from './batch-handler.ts';
import { consumeQueue } from './consumer/consume-queue.ts';
import type { CloudPorts } from './environment.ts';

/** Options of {@link runWorker}. */
export interface WorkerOptions {
  readonly queue: QueueName;
  readonly ports: CloudPorts;
  readonly work: BatchWork;
  /** Uniform in [0, 1), for the jitter of waits. */
  readonly uniform: () => number;
  /** Duration of a long poll; stopping takes up to this long. */
  readonly waitSeconds: number;
  /** Visibility timeout: a received message stays hidden this long if the process dies. */
  readonly visibilitySeconds: number;
  readonly signal: AbortSignal;
  /**
   * A message that fails on this receive becomes a dead letter. The default is `maxReceives` of the function
   * in {@link FUNCTIONS}.
   */
  readonly maxReceives?: number;
}

/** Maximum messages of one receive. */
const BATCH_MESSAGES = 10;

/**
 * Runs a function as a consumer of one of its queues until the signal aborts. The message handlers are the
 * same as on Lambda.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { queue: name, ports, work, uniform, signal, waitSeconds, visibilitySeconds } = options;
  const defaults = FUNCTIONS[QUEUES[name].function];
  const maxReceives = options.maxReceives ?? defaults.maxReceives;
  const handle = createBatchHandler({ ...defaults, queue: name, maxReceives, uniform }, ports, work);
  await consumeQueue({
    queue: ports.queues[name],
    clock: ports.clock,
    telemetry: ports.telemetry,
    uniform,
    handleBatch: (messages, redeliver) =>
      handle(messages, {
        // After the signal aborts, the current message is finished and no other is begun.
        remainingMs: () => (signal.aborted ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY),
        coldStartMs: 0,
        signal,
        redeliver,
      }),
    maxMessages: BATCH_MESSAGES,
    wantsMore: async (messages) =>
      (await work.hasRoom?.(messages.map(({ body }) => parseMessage(body)))) ?? false,
    waitSeconds,
    visibilitySeconds,
    signal,
  });
}
