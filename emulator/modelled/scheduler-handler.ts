import type { Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import { sendDurationMs, storedAfterMs } from '#emulator/services/queue/send-timing.ts';
import { ConfigError } from '#shared/errors.ts';
import { type ModelledContext, type ModelledHandler, sendOne } from './modelled-context.ts';
import { kindOf, MessageKind, messageOf, roundOf } from './round-message.ts';
import { messagesByDueTime } from './taken-messages.ts';

/** The scheduler function's handler: what `functions/scheduler` does, as time. */
export class SchedulerHandler implements ModelledHandler {
  readonly #context: ModelledContext;
  readonly #graceSeconds: number;

  /** @param graceSeconds how long after its planned transmission a round is closed with those who answered */
  constructor(context: ModelledContext, graceSeconds: number) {
    this.#context = context;
    this.#graceSeconds = graceSeconds;
  }

  handle(delivery: Delivery): void {
    const context = this.#context;
    let nowMs = context.simulation.nowMs;
    for (const message of messagesByDueTime(context, delivery)) {
      const round = roundOf(message);
      nowMs =
        kindOf(message) === MessageKind.Start
          ? startRound(context, this.#graceSeconds, round, nowMs, delivery.deadlineMs)
          : commitRound(context, round, nowMs);
    }
    delivery.end(nowMs);
  }
}

/** Plans a round, stores the plan, and tells the devices, and the encoder when to stop waiting. */
function startRound(
  context: ModelledContext,
  graceSeconds: number,
  round: number,
  takenUpMs: number,
  stoppedMs: number,
): number {
  const { cloud, workload, costs, queue } = context;
  const { store } = cloud;
  // A round that was started before is only told again, and the queues drop what is told twice.
  if (context.book.stateOf(round) !== undefined) return takenUpMs + store.getMs(0);
  const state = context.book.begin(round);
  const { plan } = state;
  const plannedMs =
    takenUpMs + 5 * store.getMs(0) + costs.scheduler(workload.schedule) + store.putMs(24 * plan.devices);
  for (let index = 0; index < plan.devices; index++) {
    state.dueMs[index] = plannedMs;
    state.account.charge(index, 'scheduling', plannedMs);
    const storedMs = plannedMs + storedAfterMs(index, queue);
    const message = messageOf(MessageKind.Scheduled, round, index);
    context.trace?.(message, plannedMs, plannedMs);
    cloud.queues.device.send(message, storedMs, plannedMs);
  }
  cloud.countSend(plan.devices);
  const toldMs = plannedMs + sendDurationMs(plan.devices, queue);
  if (toldMs > stoppedMs) throw tooSlow(plan.devices, toldMs - takenUpMs, stoppedMs - takenUpMs);
  const computeSeconds = (plan.computeSeconds ?? new Float64Array(0)).reduce(
    (longest, seconds) => Math.max(longest, seconds),
    0,
  );
  const allowedSeconds = plan.delaySeconds + computeSeconds + graceSeconds;
  const deadlineMs = plan.devices === 0 ? plannedMs : plannedMs + 1000 * allowedSeconds;
  return sendOne(context, 'encoder', messageOf(MessageKind.Close, round, 0), toldMs, deadlineMs);
}

function tooSlow(devices: number, neededMs: number, allowedMs: number): ConfigError {
  const seconds = (ms: number) => Math.ceil(ms / 1000);
  return new ConfigError(
    `planning and telling ${devices} devices takes ${seconds(neededMs)} s, and the function is stopped after ${seconds(allowedMs)} s.`,
    {
      subject: 'cloud.scheduler.timeoutSeconds',
      remedy: 'Raise it (900 at most), or cloud.queue.sendsInParallel.',
    },
  );
}

/** Commits a closed round and starts the next one. */
function commitRound(context: ModelledContext, round: number, takenUpMs: number): number {
  const { store } = context.cloud;
  const committedMs = takenUpMs + 5 * store.getMs(0) + store.putMs(0);
  if (!context.book.commit(round, committedMs)) return committedMs;
  return sendOne(context, 'scheduler', messageOf(MessageKind.Start, round + 1, 0), committedMs, committedMs);
}
