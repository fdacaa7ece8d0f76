import type { Simulation } from '#emulator/kernel/simulation.ts';
import type { QueueParameters } from '#emulator/parameters/queue-parameters.ts';
import type { CloudAssembly, Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import type { CostModel } from '#emulator/services/compute/cost-model.ts';
import { sendDurationMs, storedAfterMs } from '#emulator/services/queue/send-timing.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import type { RoundBook } from './round-book.ts';
import type { Workload } from './workload.ts';

/** Told of every message that is sent: what it is, when it is sent, and when it is due. */
export type MessageTrace = (message: number, sentAtMs: number, dueMs: number) => void;

/** What the modelled handlers share. */
export interface ModelledContext {
  readonly simulation: Simulation;
  readonly cloud: CloudAssembly<number>;
  readonly queue: QueueParameters;
  readonly workload: Workload;
  /** Tokens that the encoder runs as one batch at most. */
  readonly batchTokens: number;
  readonly costs: Readonly<Record<FunctionName, CostModel>>;
  readonly book: RoundBook;
  readonly trace: MessageTrace | undefined;
}

/** A function's handler, as time. Methods, not closures: see Simulation.register. */
export interface ModelledHandler {
  /** Works on what was delivered now, and says when it will be through. */
  handle(delivery: Delivery): void;
}

/** A message on its way. */
export interface SentMessage {
  readonly message: number;
  readonly dueMs: number;
}

/** Sends messages in one call at `nowMs` and returns when the sender goes on. */
export function sendAll(
  { cloud, queue, trace }: ModelledContext,
  to: FunctionName,
  messages: readonly SentMessage[],
  nowMs: number,
): number {
  cloud.countSend(messages.length);
  for (let index = 0; index < messages.length; index++) {
    const { message, dueMs } = messages[index];
    trace?.(message, nowMs, dueMs);
    cloud.queues[to].send(message, nowMs + storedAfterMs(index, queue), dueMs);
  }
  return nowMs + sendDurationMs(messages.length, queue);
}

/** Sends one message. */
export function sendOne(
  { cloud, queue, trace }: ModelledContext,
  to: FunctionName,
  message: number,
  nowMs: number,
  dueMs: number,
): number {
  cloud.countSend(1);
  trace?.(message, nowMs, dueMs);
  cloud.queues[to].send(message, nowMs + storedAfterMs(0, queue), dueMs);
  return nowMs + sendDurationMs(1, queue);
}
