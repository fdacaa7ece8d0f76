import type { ModelledContext } from './modelled-context.ts';
import { MessageKind } from './round-message.ts';
import { times, type WaitingGroup } from './waiting-groups.ts';

/** When a group of gradients is through, and whose they were. */
export interface BackwardEnd {
  readonly endMs: number;
  /** Devices whose answers now count, by their places among those scheduled. */
  readonly answered: readonly number[];
}

/**
 * Step 4 of a round for a group: gradients are read one after the other, run backward as one batch, and LoRA's gradients stored.
 * Copies have their turn afterwards and find the answer there.
 */
export function backward(
  context: ModelledContext,
  { state, indices }: WaitingGroup,
  takenUpMs: number,
): BackwardEnd {
  const { cloud, workload, costs } = context;
  const { store } = cloud;
  const { bytes, inlineBytes } = workload;
  const answered: number[] = [];
  let nowMs = takenUpMs;
  for (const index of indices) {
    const account = state.accountFor(index, MessageKind.Gradients, nowMs);
    if (account === undefined) continue;
    account.charge(index, 'uplinkGradient', Math.min(state.dueMs[index], nowMs));
    account.charge(index, 'encoderWait', nowMs);
    nowMs += 2 * store.getMs(0) + (bytes.features <= inlineBytes ? 0 : store.getMs(bytes.features));
    answered.push(index);
  }
  if (answered.length > 0) nowMs += costs.encoder(times(answered.length, workload.backward));
  for (const index of answered) {
    state.account.charge(index, 'backwardAndAggregation', nowMs);
    nowMs += store.putMs(bytes.answer);
  }
  return { endMs: nowMs + (indices.length - answered.length) * store.getMs(0), answered };
}
