import type { LatencyAccount } from '#emulator/latency/latency-account.ts';
import type { Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import type { RequestCost } from '#emulator/services/store/object-store-timing.ts';
import { STAGE_INDEX } from '#shared/protocol/stages.ts';
import { featuresRequests, recordRequests, scheduledRequests } from '#shared/workload/object-requests.ts';
import type { HandlerRequests } from '#shared/workload/request-waves.ts';
import { messagesByDueTime } from './messages-by-due-time.ts';
import { type ModelledContext, type ModelledHandler, meterOf, sendOne } from './modelled-context.ts';
import { indexOf, kindOf, MessageKind, roundOf, sentMessage } from './round-message.ts';
import type { RoundState } from './round-state.ts';

/** Costs of a handler's requests before and after its computation. */
interface HandlerCosts {
  readonly before: RequestCost;
  readonly after: RequestCost;
}

/** The device's handler: takes the time that `functions/device` takes. Messages are processed one by one. */
export class DeviceHandler implements ModelledHandler {
  readonly #context: ModelledContext;
  /**
   * Costs of a warm function's requests, by whether the device's shard has to be read and whether it has a
   * head. They are the same for millions of messages.
   */
  readonly #scheduled: readonly HandlerCosts[];
  readonly #features: readonly (readonly HandlerCosts[])[];

  constructor(context: ModelledContext) {
    this.#context = context;
    const { sizes, shardMissRate } = context.workload;
    const shards = [shardMissRate, 1];
    const read = { record: false, model: false };
    this.#scheduled = shards.map((shard) => this.#costsOf(scheduledRequests(sizes, { ...read, shard })));
    this.#features = shards.map((shard) =>
      [false, true].map((head) => this.#costsOf(featuresRequests(sizes, { ...read, shard, head }))),
    );
  }

  #costsOf({ before, after }: HandlerRequests): HandlerCosts {
    const { store } = this.#context.cloud;
    return { before: store.costOf(before, 1), after: store.costOf(after, 1) };
  }

  handle(delivery: Delivery): void {
    const context = this.#context;
    const beganMs = context.simulation.nowMs;
    let nowMs = beganMs;
    const meter = meterOf(context);
    if (context.memory.device.readsRecord())
      nowMs += context.cloud.store.wavesMs(recordRequests(context.workload.sizes), 1);
    const messages = messagesByDueTime(context, delivery);
    for (const message of messages) {
      const state = context.book.stateOf(roundOf(message));
      if (state === undefined) continue;
      const index = indexOf(message);
      nowMs =
        kindOf(message) === MessageKind.Scheduled
          ? this.#embed(state, index, nowMs, delivery.coldStartMs)
          : this.#updateHead(state, index, nowMs, delivery.coldStartMs);
      // The messages that a handler has not started when it is stopped are received again.
      if (nowMs > delivery.deadlineMs) break;
    }
    if (meter !== undefined) {
      context.trace?.handled({
        queue: 'device',
        messages,
        beganMs,
        endMs: nowMs,
        requests: meter.pause(),
      });
    }
    delivery.end(nowMs);
  }

  /** Step 1 of a round: reads the shard, embeds the mini-batch, stores the embeddings and sends them up. */
  #embed(state: RoundState, index: number, claimedMs: number, coldStartMs: number): number {
    const context = this.#context;
    const { cloud, workload, costs, devices, memory } = context;
    // After the round's deadline a device skips its work, because its answer would be late.
    if (claimedMs > state.deadlineMs) return claimedMs;
    const account = state.accountFor(index, MessageKind.Scheduled, claimedMs);
    const readsShard = devices.readsShard(state.deviceAt(index));
    const unread = { record: memory.device.readsRecord(), model: memory.device.readsModel() };
    const { before, after } =
      unread.record || unread.model
        ? this.#costsOf(
            scheduledRequests(workload.sizes, { ...unread, shard: readsShard ? 1 : workload.shardMissRate }),
          )
        : this.#scheduled[readsShard ? 1 : 0];
    const endMs =
      claimedMs + cloud.store.make(before) + costs.device(workload.embed) + cloud.store.make(after);
    if (account !== undefined) {
      chargeUntilClaimed(account, index, claimedMs, coldStartMs);
      account.charge(index, STAGE_INDEX.deviceCompute, endMs + state.computeMs(index));
    }
    // The time that the device itself computes delays its message, but does not occupy the function.
    const dueMs = endMs + state.computeMs(index) + state.radioMs(index, workload.hopBits.embeddings);
    account?.setDueMs(index, dueMs);
    const message = sentMessage('device.scheduled', 'encoder.embeddings', state.round, index);
    return sendOne(context, message, endMs, dueMs);
  }

  /** Step 3 of a round: reads the features, runs the head forward, updates it, and sends the gradient up. */
  #updateHead(state: RoundState, index: number, claimedMs: number, coldStartMs: number): number {
    const context = this.#context;
    const { cloud, workload, costs, devices, memory } = context;
    const account = state.accountFor(index, MessageKind.Features, claimedMs);
    const device = state.deviceAt(index);
    const readsShard = devices.readsShard(device);
    const head = devices.hasHead(device);
    const unread = {
      record: memory.device.readsRecord(),
      model: workload.sizes.headReadsModel && memory.device.readsModel(),
    };
    const { before, after } =
      unread.record || unread.model
        ? this.#costsOf(
            featuresRequests(workload.sizes, {
              ...unread,
              shard: readsShard ? 1 : workload.shardMissRate,
              head,
            }),
          )
        : this.#features[readsShard ? 1 : 0][head ? 1 : 0];
    const endMs =
      claimedMs + cloud.store.make(before) + costs.device(workload.head) + cloud.store.make(after);
    if (account !== undefined) {
      account.charge(index, STAGE_INDEX.downlinkFeatures, Math.min(account.dueMs(index), claimedMs));
      chargeUntilClaimed(account, index, claimedMs, coldStartMs);
      account.charge(index, STAGE_INDEX.headCompute, endMs);
    }
    const dueMs = endMs + state.radioMs(index, workload.hopBits.gradients);
    account?.setDueMs(index, dueMs);
    const message = sentMessage('device.features', 'encoder.gradients', state.round, index);
    return sendOne(context, message, endMs, dueMs);
  }
}

/** Charges the wait until a message was claimed; its last part may be a cold start. */
function chargeUntilClaimed(
  account: LatencyAccount,
  index: number,
  claimedMs: number,
  coldStartMs: number,
): void {
  account.charge(
    index,
    STAGE_INDEX.queueWait,
    Math.min(claimedMs, Math.max(claimedMs - coldStartMs, account.dueMs(index))),
  );
  account.charge(index, STAGE_INDEX.coldStart, claimedMs);
}
