import {
  answersListed,
  closingRequests,
  controlRequests,
  FAILURE_REQUESTS,
  ROUND_STATE_REQUESTS,
} from '#shared/workload/object-requests.ts';
import { type ModelledContext, sendOne } from './modelled-context.ts';
import { sentMessage } from './round-message.ts';
import type { RoundState } from './round-state.ts';
import type { ReplicaMemory } from './warm-memory.ts';

/**
 * Handles the deadline of a round that has been forgotten, because it was committed before. Returns the time
 * at which that is detected [ms].
 */
export function refuseClosing({ cloud, workload }: ModelledContext, fromMs: number): number {
  const { sizes, requestsInParallel } = workload;
  return (
    fromMs +
    cloud.store.wavesMs(controlRequests(sizes), requestsInParallel) +
    cloud.store.wavesMs(ROUND_STATE_REQUESTS, requestsInParallel)
  );
}

/** Closes a round if it can be closed, and returns when that is done [ms]. */
export function closeRound(
  context: ModelledContext,
  memory: ReplicaMemory,
  state: RoundState,
  timeIsUp: boolean,
  fromMs: number,
): number {
  const { cloud, workload, encoderRequests } = context;
  const { sizes, requestsInParallel } = workload;
  let nowMs = fromMs;
  if (timeIsUp) nowMs += cloud.store.wavesMs(controlRequests(sizes), requestsInParallel);
  nowMs += cloud.store.wavesMs(ROUND_STATE_REQUESTS, requestsInParallel);
  if (state.closed) return nowMs;
  if (timeIsUp) nowMs += cloud.store.wavesMs(FAILURE_REQUESTS, requestsInParallel);
  const missing = timeIsUp ? undefined : memory.missingIn(state);
  if (missing !== undefined) {
    const found = state.hasAnswered(missing);
    nowMs += cloud.store.wavesMs(encoderRequests.missingAnswer(found), requestsInParallel);
    if (!found) return nowMs;
  }
  const planDevices = memory.readsPlan(state.round) ? state.plan.devices : undefined;
  nowMs += cloud.store.wavesMs(answersListed(sizes, state.answers, { planDevices }), requestsInParallel);
  if (state.complete || timeIsUp) return aggregate(context, memory, state, nowMs);
  memory.noteMissing(state);
  return nowMs;
}

/** Computes the new LoRA from the gradients of the devices that answered. */
function aggregate(
  context: ModelledContext,
  memory: ReplicaMemory,
  state: RoundState,
  fromMs: number,
): number {
  const { book, cloud, workload, costs } = context;
  const { sizes, requestsInParallel } = workload;
  state.closed = true;
  const { decision, before, after } = closingRequests(sizes, state.answers, {
    record: memory.readsRecord(),
    checkpoint: memory.readsCheckpoint(state.round),
  });
  const collectedMs = fromMs + cloud.store.wavesMs(decision, requestsInParallel);
  const closedMs =
    collectedMs +
    cloud.store.wavesMs(before, requestsInParallel) +
    costs.encoder(workload.aggregate(state.answers)) +
    cloud.store.wavesMs(after, requestsInParallel);
  book.close(state, collectedMs, closedMs);
  const message = sentMessage('encoder.gradients', 'round.closed', state.round, 0);
  return sendOne(context, message, closedMs, closedMs);
}
