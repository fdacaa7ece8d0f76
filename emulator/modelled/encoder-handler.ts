import type { Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import { recordRequests } from '#shared/workload/object-requests.ts';
import { backward, backwardAgain } from './encoder-backward.ts';
import { forward } from './encoder-forward.ts';
import { messagesByDueTime } from './messages-by-due-time.ts';
import { type ModelledContext, type ModelledHandler, meterOf } from './modelled-context.ts';
import { closeRound, refuseClosing } from './round-closing.ts';
import { indexOf, kindOf, MessageKind, roundOf } from './round-message.ts';
import type { RoundState } from './round-state.ts';
import { waitingGroups } from './waiting-groups.ts';
import { ReplicaMemory } from './warm-memory.ts';

/** Devices of a round whose gradients have been processed. */
interface AnsweredGroup {
  readonly state: RoundState;
  readonly indices: readonly number[];
}

/**
 * The encoder's handler: takes the time that `functions/encoder` takes. Waiting embeddings run as one batch,
 * and so do gradients. It checks whether a round is complete after a batch with gradients, or when the
 * round's time is up.
 */
export class EncoderHandler implements ModelledHandler {
  readonly #context: ModelledContext;
  readonly #memories: ReplicaMemory[] = [];

  constructor(context: ModelledContext) {
    this.#context = context;
  }

  handle(delivery: Delivery): void {
    const context = this.#context;
    const { book, simulation } = context;
    const memory = this.#memoryOf(delivery.replica);
    const beganMs = simulation.nowMs;
    let nowMs = beganMs;
    const meter = meterOf(context);
    if (memory.readsRecord()) nowMs += context.cloud.store.wavesMs(recordRequests(context.workload.sizes), 1);
    const answers: AnsweredGroup[] = [];
    const messages = messagesByDueTime(context, delivery);
    for (const group of waitingGroups(context, messages, MessageKind.Embeddings).groups) {
      nowMs = forward(context, memory, group, nowMs);
    }
    const gradients = waitingGroups(context, messages, MessageKind.Gradients, memory);
    for (const group of gradients.groups) {
      const { endMs, answered } = backward(context, group, nowMs);
      nowMs = endMs;
      answers.push({ state: group.state, indices: answered });
    }
    const closings = messages.filter((message) => kindOf(message) === MessageKind.Close);
    for (const message of gradients.notHeld) {
      const state = book.stateOf(roundOf(message));
      if (state === undefined) continue;
      const { endMs, answered } = backwardAgain(context, memory, state, indexOf(message), nowMs);
      nowMs = endMs;
      answers.push({ state, indices: answered });
    }
    meter?.pause();
    const end = (endMs: number) => {
      if (meter !== undefined) {
        context.trace?.handled({ queue: delivery.queue, messages, beganMs, endMs, requests: meter.pause() });
      }
      delivery.end(endMs);
    };
    if (answers.length === 0 && closings.length === 0) {
      end(nowMs);
      return;
    }
    simulation.at(nowMs, () => {
      meter?.resume();
      end(this.#close(memory, answers, closings));
    });
  }

  /**
   * Counts the answers of a batch and closes the rounds that can be closed. Returns when that is done [ms].
   */
  #close(memory: ReplicaMemory, answers: readonly AnsweredGroup[], closings: readonly number[]): number {
    const context = this.#context;
    for (const { state, indices } of answers) for (const index of indices) state.answer(index);
    let nowMs = context.simulation.nowMs;
    for (const message of closings) {
      const state = context.book.stateOf(roundOf(message));
      nowMs =
        state === undefined ? refuseClosing(context, nowMs) : closeRound(context, memory, state, true, nowMs);
    }
    for (const state of new Set(answers.map((group) => group.state))) {
      nowMs = closeRound(context, memory, state, false, nowMs);
    }
    return nowMs;
  }

  #memoryOf(replica: number): ReplicaMemory {
    const memory = this.#memories[replica] ?? new ReplicaMemory(replica);
    this.#memories[replica] = memory;
    return memory;
  }
}
