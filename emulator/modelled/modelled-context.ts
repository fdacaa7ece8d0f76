import type { Simulation } from '#emulator/kernel/simulation.ts';
import type { QueueParameters } from '#emulator/parameters/queue-parameters.ts';
import type { CloudAssembly, Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import type { HandledDelivery } from '#emulator/services/assembly/handled-delivery.ts';
import type { CostModel } from '#emulator/services/compute/cost-model.ts';
import { sendDurationMs, storedAfterMs } from '#emulator/services/queue/send-timing.ts';
import { RequestMeter } from '#emulator/services/store/request-meter.ts';
import type { QueueName } from '#shared/protocol/functions.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import type { RoundBook } from './round-book.ts';
import type { DeviceFlags, FunctionMemory } from './warm-memory.ts';
import type { Workload } from './workload.ts';

/** Told of every message sent and delivery handled; for tests and debugging. */
export interface ModelledTrace {
  /** A message is sent, and is due at `dueMs`. */
  sent(message: number, sentAtMs: number, dueMs: number): void;
  handled(delivery: HandledDelivery<number>): void;
}

/** State and parameters that the modelled handlers share. */
export interface ModelledContext {
  readonly simulation: Simulation;
  readonly cloud: CloudAssembly<number>;
  readonly queue: QueueParameters;
  readonly workload: Workload;
  /** Maximum number of tokens in one batch of the encoder. */
  readonly batchTokens: number;
  readonly costs: Readonly<Record<FunctionName, CostModel>>;
  readonly book: RoundBook;
  /** Flags of the devices; below, the memory of the functions. */
  readonly devices: DeviceFlags;
  readonly memory: Readonly<Record<'scheduler' | 'device', FunctionMemory>>;
  readonly trace: ModelledTrace | undefined;
}

/** A function's handler that only takes time. Methods, not closures: see Simulation.register. */
export interface ModelledHandler {
  /** Works on a delivery that arrives now, and sets when it ends. */
  handle(delivery: Delivery): void;
}

/** Counts the requests of one handler if there is a trace. */
export function meterOf({ trace, cloud }: ModelledContext): RequestMeter | undefined {
  return trace === undefined ? undefined : new RequestMeter(cloud.store);
}

/** A message to send, and when it is due. */
export interface SentMessage {
  readonly message: number;
  readonly dueMs: number;
}

/** Sends messages in one call at `nowMs` and returns when the sender continues [ms]. */
export function sendAll(
  { cloud, queue, trace }: ModelledContext,
  to: QueueName,
  messages: readonly SentMessage[],
  nowMs: number,
): number {
  cloud.countSend(messages.length);
  for (let index = 0; index < messages.length; index++) {
    const { message, dueMs } = messages[index];
    trace?.sent(message, nowMs, dueMs);
    cloud.queues[to].send(message, nowMs + storedAfterMs(index, queue), dueMs);
  }
  return nowMs + sendDurationMs(messages.length, queue);
}

/** Sends one message and returns when the sender continues [ms]. */
export function sendOne(
  { cloud, queue, trace }: ModelledContext,
  to: QueueName,
  message: number,
  nowMs: number,
  dueMs: number,
): number {
  cloud.countSend(1);
  trace?.sent(message, nowMs, dueMs);
  cloud.queues[to].send(message, nowMs + storedAfterMs(0, queue), dueMs);
  return nowMs + sendDurationMs(1, queue);
}
