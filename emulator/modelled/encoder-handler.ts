import type { Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import { backward } from './encoder-backward.ts';
import { forward } from './encoder-forward.ts';
import { type ModelledContext, type ModelledHandler, sendOne } from './modelled-context.ts';
import { kindOf, MessageKind, messageOf, roundOf } from './round-message.ts';
import type { RoundState } from './round-state.ts';
import { messagesByDueTime } from './taken-messages.ts';
import { waitingGroups } from './waiting-groups.ts';

/** Devices of a round whose answers are through. */
interface AnsweredGroup {
  readonly state: RoundState;
  readonly indices: readonly number[];
}

/**
 * The encoder's handler: what `functions/encoder` does, as time. Embeddings that wait together as one batch, gradients
 * likewise; whether a round is complete is looked at when a batch with gradients is through, or when a round's time is up.
 */
export class EncoderHandler implements ModelledHandler {
  readonly #context: ModelledContext;

  constructor(context: ModelledContext) {
    this.#context = context;
  }

  handle(delivery: Delivery): void {
    const context = this.#context;
    const { book, simulation } = context;
    let nowMs = simulation.nowMs;
    const answers: AnsweredGroup[] = [];
    const timeIsUp: RoundState[] = [];
    const messages = messagesByDueTime(context, delivery);
    for (const group of waitingGroups(context, messages, MessageKind.Embeddings)) {
      nowMs = forward(context, group, nowMs);
    }
    for (const group of waitingGroups(context, messages, MessageKind.Gradients)) {
      const { endMs, answered } = backward(context, group, nowMs);
      nowMs = endMs;
      if (answered.length > 0) answers.push({ state: group.state, indices: answered });
    }
    for (const message of messages) {
      const kind = kindOf(message);
      if (kind === MessageKind.Gradients || kind === MessageKind.Embeddings) continue;
      const state = book.stateOf(roundOf(message));
      if (state !== undefined) timeIsUp.push(state);
    }
    if (answers.length === 0 && timeIsUp.length === 0) delivery.end(nowMs);
    else simulation.at(nowMs, () => this.#takeAnswers(delivery, answers, timeIsUp));
  }

  /** The gradients of a batch are through: now they count. */
  #takeAnswers(delivery: Delivery, answers: readonly AnsweredGroup[], timeIsUp: readonly RoundState[]): void {
    const context = this.#context;
    for (const { state, indices } of answers) for (const index of indices) state.answer(index);
    const rounds = answers.map(({ state }) => state);
    delivery.end(closeRounds(context, rounds, timeIsUp, context.simulation.nowMs));
  }
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
