import type { LatencyAccount } from '#emulator/latency/latency-account.ts';
import type { Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import { type ModelledContext, type ModelledHandler, sendOne } from './modelled-context.ts';
import { indexOf, kindOf, MessageKind, messageOf, roundOf } from './round-message.ts';
import type { RoundState } from './round-state.ts';
import { messagesByDueTime } from './taken-messages.ts';

/** The device function's handler: what `functions/device` does, as time. Messages one after the other. */
export class DeviceHandler implements ModelledHandler {
  readonly #context: ModelledContext;

  constructor(context: ModelledContext) {
    this.#context = context;
  }

  handle(delivery: Delivery): void {
    const context = this.#context;
    let nowMs = context.simulation.nowMs;
    for (const message of messagesByDueTime(context, delivery)) {
      const state = context.book.stateOf(roundOf(message));
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
  }
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
  const { bytes, legBits } = workload;
  const account = state.accountFor(index, MessageKind.Scheduled, takenUpMs);
  const endMs =
    takenUpMs +
    cloud.store.getMs(bytes.shard, state.round === 0 ? 1 : workload.shardMisses) +
    costs.device(workload.embed) +
    cloud.store.putMs(bytes.embeddings);
  if (account !== undefined) {
    takeUp(account, state, index, takenUpMs, coldStartMs);
    account.charge(index, 'deviceCompute', endMs + state.computeMs(index));
  }
  const dueMs = endMs + state.computeMs(index) + state.radioMs(index, legBits.embeddings);
  return sendUp(context, state, index, MessageKind.Embeddings, endMs, dueMs, account !== undefined);
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
  const account = state.accountFor(index, MessageKind.Features, takenUpMs);
  const inline = bytes.features <= inlineBytes;
  const endMs =
    takenUpMs +
    (inline ? 0 : cloud.store.getMs(bytes.features)) +
    cloud.store.getMs(bytes.shard, workload.shardMisses) +
    // All heads begin alike: there is none to read in the first round.
    (state.round === 0 ? 0 : cloud.store.getMs(bytes.head)) +
    costs.device(workload.head) +
    cloud.store.putMs(bytes.head) +
    (inline ? 0 : cloud.store.putMs(bytes.features));
  if (account !== undefined) {
    account.charge(index, 'downlinkFeatures', Math.min(state.dueMs[index], takenUpMs));
    takeUp(account, state, index, takenUpMs, coldStartMs);
    account.charge(index, 'headCompute', endMs);
  }
  const dueMs = endMs + state.radioMs(index, legBits.gradients);
  return sendUp(context, state, index, MessageKind.Gradients, endMs, dueMs, account !== undefined);
}

function sendUp(
  context: ModelledContext,
  state: RoundState,
  index: number,
  kind: number,
  nowMs: number,
  dueMs: number,
  isFirst: boolean,
): number {
  if (isFirst) state.dueMs[index] = dueMs;
  return sendOne(context, 'encoder', messageOf(kind, state.round, index), nowMs, dueMs);
}

/** The wait until a message was taken up, of which the last part was a cold start. */
function takeUp(
  account: LatencyAccount,
  state: RoundState,
  index: number,
  takenUpMs: number,
  coldStartMs: number,
): void {
  account.charge(
    index,
    'queueWait',
    Math.min(takenUpMs, Math.max(takenUpMs - coldStartMs, state.dueMs[index])),
  );
  account.charge(index, 'coldStart', takenUpMs);
}
