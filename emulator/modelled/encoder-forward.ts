import { embeddingsRequests } from '#shared/workload/object-requests.ts';
import { type ModelledContext, type SentMessage, sendAll } from './modelled-context.ts';
import { MessageKind, messageOf } from './round-message.ts';
import { times, type WaitingGroup } from './waiting-groups.ts';
import type { ReplicaMemory } from './warm-memory.ts';

/**
 * Step 2 of a round for a group: embeddings are read, run as one batch, and the features sent down. A copy of
 * a message is answered again without being computed again where the activations are. Returns when the
 * encoder goes on.
 */
export function forward(
  context: ModelledContext,
  memory: ReplicaMemory,
  { state, indices }: WaitingGroup,
  takenUpMs: number,
): number {
  const { cloud, workload, costs } = context;
  const { requestsInParallel } = workload;
  const first = new Set<number>();
  let fresh = 0;
  for (const index of indices) {
    const account = state.accountFor(index, MessageKind.Embeddings, takenUpMs);
    if (account !== undefined) {
      account.charge(index, 'uplinkEmbeddings', Math.min(state.dueMs[index], takenUpMs));
      account.charge(index, 'encoderWait', takenUpMs);
      first.add(index);
    }
    if (!memory.holds(state, index)) fresh++;
    memory.hold(state, index);
  }
  const { before, after } = embeddingsRequests(
    workload.sizes,
    { fresh, replies: indices.length },
    memory.readsForForward(state),
  );
  const readMs = takenUpMs + cloud.store.wavesMs(before, requestsInParallel);
  if (state.closed) return readMs;
  const computedMs = fresh === 0 ? readMs : readMs + costs.encoder(times(fresh, workload.forward));
  const storingMs = cloud.store.wavesMs(after, requestsInParallel);
  const waves = Math.ceil(indices.length / requestsInParallel);
  const features = indices.map((index, place): SentMessage => {
    const storedMs = computedMs + (storingMs * (Math.floor(place / requestsInParallel) + 1)) / waves;
    const dueMs = storedMs + state.radioMs(index, workload.hopBits.features);
    // A device that is in the group twice is on its way with the first.
    if (first.delete(index)) {
      state.account.charge(index, 'encoderCompute', storedMs);
      state.dueMs[index] = dueMs;
    }
    return { message: messageOf(MessageKind.Features, state.round, index), dueMs };
  });
  return sendAll(context, 'device', features, computedMs + storingMs);
}
