import type { Work } from '#shared/cloud/ports/telemetry.ts';
import type { ModelledContext } from './modelled-context.ts';
import { indexOf, kindOf, roundOf } from './round-message.ts';
import type { RoundState } from './round-state.ts';

/**
 * Devices of a round, by their places among those scheduled, whose mini-batches the encoder works on as one.
 */
export interface WaitingGroup {
  readonly state: RoundState;
  readonly indices: number[];
}

/**
 * What waits together is worked on together: messages of a kind (see MessageKind) and a round that were
 * received at once, up to the encoder's tokens.
 *
 * @param belongs Whether a device's message can be worked on in a batch; all of them where it is not given.
 */
export function waitingGroups(
  context: ModelledContext,
  messages: readonly number[],
  kind: number,
  belongs: (state: RoundState, index: number) => boolean = () => true,
): readonly WaitingGroup[] {
  const largest = Math.max(1, Math.floor(context.batchTokens / context.workload.tokens));
  const groups: WaitingGroup[] = [];
  for (const message of messages) {
    if (kindOf(message) !== kind) continue;
    const state = context.book.stateOf(roundOf(message));
    if (state === undefined || !belongs(state, indexOf(message))) continue;
    const last = groups.at(-1);
    if (last?.state === state && last.indices.length < largest) last.indices.push(indexOf(message));
    else groups.push({ state, indices: [indexOf(message)] });
  }
  return groups;
}

/** The work of several devices. */
export function times(count: number, { stage, flops, items }: Work): Work {
  return { stage, flops: count * flops, items: count * items };
}
