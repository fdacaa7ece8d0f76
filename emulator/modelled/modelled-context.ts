import type { Simulation } from '#emulator/kernel/simulation.ts';
import type { QueueParameters } from '#emulator/parameters/queue-parameters.ts';
import type { CloudAssembly, Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import type { HandledDelivery } from '#emulator/services/assembly/handled-delivery.ts';
import type { CostModel } from '#emulator/services/compute/cost-model.ts';
import type { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { sendDurationMs, storedAfterMs } from '#emulator/services/queue/send-timing.ts';
import { RequestMeter } from '#emulator/services/store/request-meter.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import type { EncoderRequests } from './encoder-requests.ts';
import type { RoundBook } from './round-book.ts';
import { kindOf } from './round-message.ts';
import type { DeviceFlags, FunctionMemory } from './warm-memory.ts';
import type { Workload } from './workload.ts';

/** Is called for every message sent and every delivery handled; for tests and debugging. */
export interface ModelledTrace {
  /** A message is sent, and is due at `dueMs`. `bytes` is the size of its body. */
  sent(message: number, sentAtMs: number, dueMs: number, bytes: number): void;
  handled(delivery: HandledDelivery<number>): void;
}

/** State and parameters that the modelled handlers share. */
export interface ModelledContext {
  readonly simulation: Simulation;
  readonly cloud: CloudAssembly<number>;
  readonly queue: QueueParameters;
  /** The queue, and the bytes of a message, of each kind by its number (see `byKind`). */
  readonly queueOfKind: readonly CloudQueue<number>[];
  readonly bytesOfKind: readonly number[];
  readonly workload: Workload;
  readonly encoderRequests: EncoderRequests;
  /** Maximum number of tokens in one batch of the encoder. */
  readonly batchTokens: number;
  readonly costs: Readonly<Record<FunctionName, CostModel>>;
  readonly book: RoundBook;
  /** What persists of each device between rounds. `memory` is the same for the functions. */
  readonly devices: DeviceFlags;
  readonly memory: Readonly<Record<'scheduler' | 'device', FunctionMemory>>;
  readonly trace: ModelledTrace | undefined;
}

/** A function's handler that only takes time. Methods, not closures: see Simulation.register. */
export interface ModelledHandler {
  /** Works on a delivery that arrives now, and sets when it ends. */
  handle(delivery: Delivery): void;
}

/** Makes a meter of the requests of one handler; undefined without a trace. */
export function meterOf({ trace, cloud }: ModelledContext): RequestMeter | undefined {
  return trace === undefined ? undefined : new RequestMeter(cloud.store);
}

/** Sends one message and returns when the sender continues [ms]. */
export function sendOne(context: ModelledContext, message: number, nowMs: number, dueMs: number): number {
  sendAt(context, message, 0, nowMs, dueMs);
  return nowMs + countCall(context, kindOf(message), 1);
}

/** Sends the message at `index` of a call at `nowMs`. */
export function sendAt(
  { queue, queueOfKind, bytesOfKind, trace }: ModelledContext,
  message: number,
  index: number,
  nowMs: number,
  dueMs: number,
): void {
  const kind = kindOf(message);
  trace?.sent(message, nowMs, dueMs, bytesOfKind[kind]);
  queueOfKind[kind].send(message, nowMs + storedAfterMs(index, queue), dueMs);
}

/**
 * Counts a call that sends this many messages of a kind (see MessageKind), and returns its duration [ms].
 */
export function countCall(
  { cloud, queue, bytesOfKind }: ModelledContext,
  kind: number,
  messages: number,
): number {
  cloud.countSend(messages, bytesOfKind[kind]);
  return sendDurationMs(messages, queue);
}
