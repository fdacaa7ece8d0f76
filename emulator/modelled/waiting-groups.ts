import type { Work } from '#shared/cloud/ports/telemetry.ts';
import type { ModelledContext } from './modelled-context.ts';
import { indexOf, kindOf, roundOf } from './round-message.ts';
import type { RoundState } from './round-state.ts';
import type { ReplicaMemory } from './warm-memory.ts';

/** Devices of a round, by their index among the scheduled ones, whose mini-batches run as one batch. */
export interface WaitingGroup {
  readonly state: RoundState;
  readonly indices: number[];
}

/**
 * Groups waiting messages into batches: messages of one kind (see MessageKind) and one round that were
 * received at once, up to the encoder's token limit.
 *
 * @param heldBy If given, only messages of devices whose activations this replica holds are batched;
 *   `notHeld` has the other messages of the kind.
 */
export function waitingGroups(
  context: ModelledContext,
  messages: readonly number[],
  kind: number,
  heldBy?: ReplicaMemory,
): { readonly groups: readonly WaitingGroup[]; readonly notHeld: readonly number[] } {
  const largest = Math.max(1, Math.floor(context.batchTokens / context.workload.tokens));
  const groups: WaitingGroup[] = [];
  const notHeld: number[] = [];
  for (const message of messages) {
    if (kindOf(message) !== kind) continue;
    const state = context.book.stateOf(roundOf(message));
    if (state === undefined) continue;
    const index = indexOf(message);
    if (heldBy !== undefined && !heldBy.holds(state, index)) {
      notHeld.push(message);
      continue;
    }
    const last = groups.at(-1);
    if (last?.state === state && last.indices.length < largest) last.indices.push(index);
    else groups.push({ state, indices: [index] });
  }
  return { groups, notHeld };
}

/** The work of several devices with equal work. */
export function times(count: number, { stage, flops, items }: Work): Work {
  return { stage, flops: count * flops, items: count * items };
}
