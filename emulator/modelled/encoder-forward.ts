import { STAGE_INDEX } from '#shared/protocol/stages.ts';
import { countCall, type ModelledContext, sendAt } from './modelled-context.ts';
import { MessageKind, sentMessage } from './round-message.ts';
import { times, type WaitingGroup } from './waiting-groups.ts';
import type { ReplicaMemory } from './warm-memory.ts';

/**
 * Step 2 of a round for a group: reads the embeddings, runs them as one batch, and sends the features to the
 * devices. For a copy of a message, the features are sent again but not computed again while the replica
 * holds the activations.
 * @returns when the encoder continues [ms].
 */
export function forward(
  context: ModelledContext,
  memory: ReplicaMemory,
  { state, indices }: WaitingGroup,
  claimedMs: number,
): number {
  const { cloud, workload, costs, encoderRequests } = context;
  const { requestsInParallel } = workload;
  // A device that is in the group twice is charged at its first place.
  const isCharged: boolean[] = [];
  let fresh = 0;
  for (const index of indices) {
    const account = state.accountFor(index, MessageKind.Embeddings, claimedMs);
    if (account !== undefined) {
      account.charge(index, STAGE_INDEX.uplinkEmbeddings, Math.min(account.dueMs(index), claimedMs));
      account.charge(index, STAGE_INDEX.encoderWait, claimedMs);
    }
    isCharged.push(account !== undefined);
    if (!memory.holds(state, index)) fresh++;
    memory.hold(state, index);
  }
  const { before, after } = encoderRequests.forward(fresh, indices.length, memory.readsForForward(state));
  const readMs = claimedMs + cloud.store.wavesMs(before, requestsInParallel);
  if (state.closed) return readMs;
  const computedMs = fresh === 0 ? readMs : readMs + costs.encoder(times(fresh, workload.forward));
  const storingMs = cloud.store.wavesMs(after, requestsInParallel);
  const sentMs = computedMs + storingMs;
  const waves = Math.ceil(indices.length / requestsInParallel);
  for (let place = 0; place < indices.length; place++) {
    const index = indices[place];
    const storedMs = computedMs + (storingMs * (Math.floor(place / requestsInParallel) + 1)) / waves;
    const dueMs = storedMs + state.radioMs(index, workload.hopBits.features);
    if (isCharged[place]) {
      state.account.charge(index, STAGE_INDEX.encoderCompute, storedMs);
      state.account.setDueMs(index, dueMs);
    }
    const message = sentMessage('encoder.embeddings', 'device.features', state.round, index);
    sendAt(context, message, place, sentMs, dueMs);
  }
  return sentMs + countCall(context, MessageKind.Features, indices.length);
}
