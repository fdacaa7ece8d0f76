import type { Delivery } from '../assembly/cloud-assembly.ts';
import { type ModelledContext, sendOne } from './modelled-context.ts';
import { indexOf, kindOf, MessageKind, messageOf, roundOf } from './round-message.ts';
import type { RoundState } from './round-state.ts';
import { messagesByDueTime } from './taken-messages.ts';

/** The device function's handler: what `functions/device` does, as time. Messages one after the other. */
export function deviceHandler(context: ModelledContext): (delivery: Delivery) => void {
  return (delivery) => {
    let nowMs = context.simulation.nowMs;
    for (const message of messagesByDueTime(context, delivery)) {
      const state = context.stateOf(roundOf(message));
      if (state === undefined) continue;
      if (kindOf(message) === MessageKind.Scheduled) {
        nowMs = embed(context, state, indexOf(message), nowMs, delivery.coldStartMs);
      } else {
        nowMs = updateHead(context, state, indexOf(message), nowMs, delivery.coldStartMs);
      }
      // What a handler has not begun when it is stopped comes again.
      if (nowMs > delivery.deadlineMs) break;
    }
    delivery.end(nowMs);
  };
}

/** Step 1 of a round: reads the shard, embeds the mini-batch, stores it, and sends it up. */
function embed(
  context: ModelledContext,
  state: RoundState,
  index: number,
  takenUpMs: number,
  coldStartMs: number,
): number {
  const { cloud, workload, costs } = context;
  takeUp(state, index, takenUpMs, coldStartMs);
  const { bytes, legBits } = workload;
  const endMs =
    takenUpMs +
    cloud.store.getMs(bytes.shard) +
    costs.device(workload.embed) +
    cloud.store.putMs(bytes.embeddings);
  charge(state, index, 'deviceCompute', endMs);
  return sendUp(context, state, index, endMs, MessageKind.Embeddings, legBits.embeddings);
}

/** Step 3 of a round: features in, head pass and head update, gradient out. */
function updateHead(
  context: ModelledContext,
  state: RoundState,
  index: number,
  takenUpMs: number,
  coldStartMs: number,
): number {
  const { cloud, workload, costs } = context;
  const { bytes, legBits, inlineBytes } = workload;
  charge(state, index, 'downlinkFeatures', state.dueMs[index]);
  takeUp(state, index, takenUpMs, coldStartMs);
  const inline = bytes.features <= inlineBytes;
  const endMs =
    takenUpMs +
    (inline ? 0 : cloud.store.getMs(bytes.features)) +
    cloud.store.getMs(bytes.shard) +
    cloud.store.getMs(bytes.head) +
    costs.device(workload.head) +
    cloud.store.putMs(bytes.head) +
    (inline ? 0 : cloud.store.putMs(bytes.features));
  charge(state, index, 'headCompute', endMs);
  return sendUp(context, state, index, endMs, MessageKind.Gradients, legBits.gradients);
}

function sendUp(
  context: ModelledContext,
  state: RoundState,
  index: number,
  nowMs: number,
  kind: number,
  bits: number,
): number {
  const dueMs = nowMs + state.radioMs(index, bits);
  state.dueMs[index] = dueMs;
  return sendOne(context, 'encoder', messageOf(kind, state.round, index), nowMs, dueMs);
}

/** The wait until a message was taken up, of which the last part was a cold start. */
function takeUp(state: RoundState, index: number, takenUpMs: number, coldStartMs: number): void {
  if (state.closed) return;
  state.account.charge(index, 'queueWait', Math.max(takenUpMs - coldStartMs, state.dueMs[index]));
  state.account.charge(index, 'coldStart', takenUpMs);
}

/** A device that the round went on without is no longer accounted for. */
function charge(
  state: RoundState,
  index: number,
  stage: 'deviceCompute' | 'downlinkFeatures' | 'headCompute',
  untilMs: number,
): void {
  if (!state.closed) state.account.charge(index, stage, untilMs);
}
