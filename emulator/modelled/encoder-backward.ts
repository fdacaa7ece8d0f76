import { STAGE_INDEX } from '#shared/protocol/stages.ts';
import { answeredRequests } from '#shared/workload/object-requests.ts';
import type { ModelledContext } from './modelled-context.ts';
import { MessageKind } from './round-message.ts';
import type { RoundState } from './round-state.ts';
import { times, type WaitingGroup } from './waiting-groups.ts';
import type { ReplicaMemory } from './warm-memory.ts';

/** The end of a backward pass and the devices it was for. */
export interface BackwardEnd {
  readonly endMs: number;
  /** Devices whose answers now count, by their index among the scheduled ones. */
  readonly answered: readonly number[];
}

/**
 * Step 4 of a round for a group whose activations this replica holds: reads the gradients, runs them backward
 * as one batch, and stores the LoRA gradients.
 */
export function backward(
  context: ModelledContext,
  { state, indices }: WaitingGroup,
  claimedMs: number,
): BackwardEnd {
  const { cloud, workload, costs, encoderRequests } = context;
  const { requestsInParallel } = workload;
  const answered: number[] = [];
  for (const index of indices) {
    state.replicaOfPass[index] = 0;
    if (chargeFirstGradient(state, index, claimedMs)) answered.push(index);
  }
  const { before, after } = encoderRequests.backward(indices.length);
  const readMs = claimedMs + cloud.store.wavesMs(before, requestsInParallel);
  if (state.closed) return { endMs: readMs, answered };
  const computedMs = readMs + costs.encoder(times(indices.length, workload.backward));
  for (const index of answered) state.account.charge(index, STAGE_INDEX.backwardAndAggregation, computedMs);
  return { endMs: computedMs + cloud.store.wavesMs(after, requestsInParallel), answered };
}

/** Step 4 for one device whose activations this replica lacks: recomputed, unless the answer is stored. */
export function backwardAgain(
  context: ModelledContext,
  memory: ReplicaMemory,
  state: RoundState,
  index: number,
  claimedMs: number,
): BackwardEnd {
  const { cloud, workload, costs, encoderRequests } = context;
  const { requestsInParallel, sizes } = workload;
  if (!chargeFirstGradient(state, index, claimedMs)) {
    return {
      endMs: claimedMs + cloud.store.wavesMs(answeredRequests(sizes), requestsInParallel),
      answered: [],
    };
  }
  const { before, after } = encoderRequests.lostPass(memory.readsForForward(state));
  const computedMs =
    claimedMs +
    cloud.store.wavesMs(before, requestsInParallel) +
    costs.encoder(workload.forward) +
    costs.encoder(workload.backward);
  state.account.charge(index, STAGE_INDEX.backwardAndAggregation, computedMs);
  return { endMs: computedMs + cloud.store.wavesMs(after, requestsInParallel), answered: [index] };
}

/**
 * Charges the hop and the wait of a gradient. True if it is the device's first and its round still waits for
 * it.
 */
function chargeFirstGradient(state: RoundState, index: number, claimedMs: number): boolean {
  const account = state.accountFor(index, MessageKind.Gradients, claimedMs);
  if (account === undefined) return false;
  account.charge(index, STAGE_INDEX.uplinkGradient, Math.min(account.dueMs(index), claimedMs));
  account.charge(index, STAGE_INDEX.encoderWait, claimedMs);
  return true;
}
