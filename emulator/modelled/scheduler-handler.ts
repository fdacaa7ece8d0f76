import type { Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import { ConfigError } from '#shared/errors.ts';
import { STAGE_INDEX } from '#shared/protocol/stages.ts';
import {
  commitRequests,
  recordRequests,
  startAgainRequests,
  startRequests,
} from '#shared/workload/object-requests.ts';
import { messagesByDueTime } from './messages-by-due-time.ts';
import {
  countCall,
  type ModelledContext,
  type ModelledHandler,
  meterOf,
  sendAt,
  sendOne,
} from './modelled-context.ts';
import { kindOf, MessageKind, roundOf, sentMessage } from './round-message.ts';

/** The scheduler's handler: takes the time that `functions/scheduler` takes. */
export class SchedulerHandler implements ModelledHandler {
  readonly #context: ModelledContext;
  readonly #graceSeconds: number;

  /** @param graceSeconds time after a round's planned delay and computing time until it is closed */
  constructor(context: ModelledContext, graceSeconds: number) {
    this.#context = context;
    this.#graceSeconds = graceSeconds;
  }

  handle(delivery: Delivery): void {
    const context = this.#context;
    const beganMs = context.simulation.nowMs;
    let nowMs = beganMs;
    const meter = meterOf(context);
    if (context.memory.scheduler.readsRecord())
      nowMs += context.cloud.store.wavesMs(recordRequests(context.workload.sizes), 1);
    const messages = messagesByDueTime(context, delivery);
    for (const message of messages) {
      const round = roundOf(message);
      nowMs =
        kindOf(message) === MessageKind.Start
          ? startRound(context, this.#graceSeconds, round, nowMs, delivery.deadlineMs)
          : commitRound(context, round, nowMs);
    }
    if (meter !== undefined) {
      context.trace?.handled({
        queue: 'scheduler',
        messages,
        beganMs,
        endMs: nowMs,
        requests: meter.pause(),
      });
    }
    delivery.end(nowMs);
  }
}

/**
 * Plans a round, stores the plan, and sends it to the devices, and its deadline to the encoder. Returns when
 * that is done [ms]. Throws a ConfigError if the function would be stopped before.
 */
function startRound(
  context: ModelledContext,
  graceSeconds: number,
  round: number,
  claimedMs: number,
  stoppedMs: number,
): number {
  const { cloud, workload, costs } = context;
  const { store } = cloud;
  const { sizes } = workload;
  // A round that was started before is only announced again; the repeated messages are not modelled.
  const before = context.book.stateOf(round);
  if (before !== undefined)
    return claimedMs + store.wavesMs(startAgainRequests(sizes, before.plan.devices), 1);
  const state = context.book.begin(round);
  const { plan } = state;
  const requests = startRequests(sizes, round, plan.devices, {
    record: context.memory.scheduler.readsRecord(),
  });
  const plannedMs =
    claimedMs +
    store.wavesMs(requests.before, 1) +
    costs.scheduler(workload.schedule) +
    store.wavesMs(requests.after, 1);
  const computeSeconds = (plan.computeSeconds ?? new Float64Array(0)).reduce(
    (longest, seconds) => Math.max(longest, seconds),
    0,
  );
  const deadlineMs = plannedMs + 1000 * (plan.delaySeconds + computeSeconds + graceSeconds);
  state.deadlineMs = deadlineMs;
  for (let index = 0; index < plan.devices; index++) {
    state.account.setDueMs(index, plannedMs);
    state.account.charge(index, STAGE_INDEX.scheduling, plannedMs);
    const message = sentMessage('round.start', 'device.scheduled', round, index);
    sendAt(context, message, index, plannedMs, plannedMs);
  }
  const toldMs = plannedMs + countCall(context, MessageKind.Scheduled, plan.devices);
  if (toldMs > stoppedMs) throw tooSlow(plan.devices, toldMs - claimedMs, stoppedMs - claimedMs);
  const closeMs = plan.devices === 0 ? plannedMs : deadlineMs;
  return sendOne(context, sentMessage('round.start', 'encoder.close-round', round, 0), toldMs, closeMs);
}

function tooSlow(devices: number, neededMs: number, allowedMs: number): ConfigError {
  const seconds = (ms: number) => Math.ceil(ms / 1000);
  return new ConfigError(
    `planning and sending to ${devices} devices takes ${seconds(neededMs)} s, and the function is stopped after ${seconds(allowedMs)} s.`,
    {
      subject: 'cloud.scheduler.timeoutSeconds',
      remedy: 'Raise it (900 at most), or cloud.queue.sendsInParallel.',
    },
  );
}

/** Commits a closed round and starts the next one. */
function commitRound(context: ModelledContext, round: number, claimedMs: number): number {
  const { book, cloud, workload } = context;
  const state = book.stateOf(round);
  const requests = commitRequests(workload.sizes, round, state?.plan.devices ?? 0, state?.answers ?? 0);
  const committedMs = claimedMs + cloud.store.wavesMs(requests, 1);
  if (!context.book.commit(round, committedMs)) return committedMs;
  const start = sentMessage('round.closed', 'round.start', round + 1, 0);
  return sendOne(context, start, committedMs, committedMs);
}
