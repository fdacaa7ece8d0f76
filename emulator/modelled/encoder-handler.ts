import type { Delivery } from '../assembly/cloud-assembly.ts';
import type { LatencyAccount } from '../latency/latency-account.ts';
import { embeddingGroups, forward } from './encoder-forward.ts';
import { type ModelledContext, type ModelledHandler, sendOne } from './modelled-context.ts';
import { indexOf, kindOf, MessageKind, messageOf, roundOf } from './round-message.ts';
import type { RoundState } from './round-state.ts';
import { messagesByDueTime } from './taken-messages.ts';

/**
 * The encoder's handler: what `functions/encoder` does, as time. Embeddings that wait together as one batch, then the other
 * messages one after the other; whether a round is complete is looked at when a batch with gradients is through, or when
 * a round's time is up.
 */
export class EncoderHandler implements ModelledHandler {
  readonly #context: ModelledContext;

  constructor(context: ModelledContext) {
    this.#context = context;
  }

  handle(delivery: Delivery): void {
    const context = this.#context;
    const { book, simulation, cloud } = context;
    let nowMs = simulation.nowMs;
    const answers: number[] = [];
    const timeIsUp: RoundState[] = [];
    const messages = messagesByDueTime(context, delivery);
    for (const group of embeddingGroups(context, messages)) nowMs = forward(context, group, nowMs);
    for (const message of messages) {
      const state = book.stateOf(roundOf(message));
      if (state === undefined) continue;
      const kind = kindOf(message);
      if (kind === MessageKind.Gradients) {
        const account = state.accountFor(indexOf(message), kind, nowMs);
        if (account === undefined) {
          nowMs += cloud.store.getMs(0);
        } else {
          nowMs = backward(context, state, account, indexOf(message), nowMs);
          answers.push(message);
        }
      } else if (kind !== MessageKind.Embeddings) {
        timeIsUp.push(state);
      }
    }
    if (answers.length === 0 && timeIsUp.length === 0) delivery.end(nowMs);
    else simulation.at(nowMs, () => this.#takeAnswers(delivery, answers, timeIsUp));
  }

  /** The gradients of a batch are through: now they count. */
  #takeAnswers(delivery: Delivery, answers: readonly number[], timeIsUp: readonly RoundState[]): void {
    const context = this.#context;
    for (const message of answers) context.book.stateOf(roundOf(message))?.answer(indexOf(message));
    delivery.end(closeRounds(context, roundsOf(context, answers), timeIsUp, context.simulation.nowMs));
  }
}

/** Step 4 of a round, one device's part: the gradient in, LoRA's gradient stored. */
function backward(
  context: ModelledContext,
  state: RoundState,
  account: LatencyAccount,
  index: number,
  takenUpMs: number,
): number {
  const { cloud, workload, costs } = context;
  const { bytes, inlineBytes } = workload;
  account.charge(index, 'uplinkGradient', Math.min(state.dueMs[index], takenUpMs));
  account.charge(index, 'encoderWait', takenUpMs);
  const endMs =
    takenUpMs +
    2 * cloud.store.getMs(0) +
    (bytes.features <= inlineBytes ? 0 : cloud.store.getMs(bytes.features)) +
    costs.encoder(workload.backward);
  account.charge(index, 'backwardAndAggregation', endMs);
  return endMs + cloud.store.putMs(bytes.answer);
}

function roundsOf(context: ModelledContext, messages: readonly number[]): readonly RoundState[] {
  const states = new Set<RoundState>();
  for (const message of messages) {
    const state = context.book.stateOf(roundOf(message));
    if (state !== undefined) states.add(state);
  }
  return [...states];
}

/** Closes what can be closed, and returns when that is done. */
function closeRounds(
  context: ModelledContext,
  answered: readonly RoundState[],
  timeIsUp: readonly RoundState[],
  fromMs: number,
): number {
  const { store } = context.cloud;
  let nowMs = fromMs;
  for (const state of new Set([...timeIsUp, ...answered])) {
    nowMs += store.getMs(0);
    if (state.closed) continue;
    nowMs += store.getMs(0);
    if (state.complete || timeIsUp.includes(state)) nowMs = aggregate(context, state, nowMs);
  }
  return nowMs;
}

/** LoRA's new values from the gradients of those who answered. */
function aggregate(context: ModelledContext, state: RoundState, fromMs: number): number {
  const { book, cloud, workload, costs } = context;
  const { store } = cloud;
  state.closed = true;
  const collectedMs = fromMs + store.getMs(24 * state.plan.devices) + store.putMs(0);
  const closedMs =
    collectedMs +
    store.getManyMs(state.answers, workload.bytes.answer) +
    costs.encoder(workload.aggregate(state.answers)) +
    store.putMs(workload.bytes.answer);
  book.close(state, collectedMs, closedMs);
  return sendOne(context, 'scheduler', messageOf(MessageKind.Closed, state.round, 0), closedMs, closedMs);
}
