import type { FunctionName } from '../../shared/protocol/message.ts';
import type { CloudAssembly } from '../assembly/cloud-assembly.ts';
import type { CostModel } from '../compute/cost-model.ts';
import type { QueueParameters } from '../parameters/queue-parameters.ts';
import { sendDurationMs, storedAfterMs } from '../queue/send-timing.ts';
import type { Simulation } from '../simulation.ts';
import type { RoundState } from './round-state.ts';
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
  /** The round of a message; undefined for one that has been forgotten, as rounds before the last are. */
  readonly stateOf: (round: number) => RoundState | undefined;
  readonly trace: MessageTrace | undefined;
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
  messages.forEach(({ message, dueMs }, index) => {
    trace?.(message, nowMs, dueMs);
    cloud.queues[to].send(message, nowMs + storedAfterMs(index, queue), dueMs);
  });
  return nowMs + sendDurationMs(messages.length, queue);
}

/** Sends one message. */
export function sendOne(
  context: ModelledContext,
  to: FunctionName,
  message: number,
  nowMs: number,
  dueMs: number,
): number {
  return sendAll(context, to, [{ message, dueMs }], nowMs);
}
