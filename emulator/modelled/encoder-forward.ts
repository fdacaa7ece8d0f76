import { type ModelledContext, type SentMessage, sendAll } from './modelled-context.ts';
import { MessageKind, messageOf } from './round-message.ts';
import { times, type WaitingGroup } from './waiting-groups.ts';

/**
 * Step 2 of a round for a group: embeddings are read one after the other, run as one batch, and the features sent down. A copy
 * of a message is answered again without being computed again. Returns when the encoder goes on.
 */
export function forward(
  context: ModelledContext,
  { state, indices }: WaitingGroup,
  takenUpMs: number,
): number {
  const { cloud, workload, costs } = context;
  const { store } = cloud;
  const { bytes, legBits, inlineBytes } = workload;
  const first = new Set<number>();
  let nowMs = takenUpMs;
  for (const index of indices) {
    const account = state.accountFor(index, MessageKind.Embeddings, nowMs);
    account?.charge(index, 'uplinkEmbeddings', Math.min(state.dueMs[index], nowMs));
    account?.charge(index, 'encoderWait', nowMs);
    nowMs += store.getMs(0);
    if (account === undefined) continue;
    first.add(index);
    nowMs += store.getMs(bytes.embeddings);
  }
  if (state.closed) return nowMs;
  if (first.size > 0) nowMs += costs.encoder(times(first.size, workload.forward));
  const features: SentMessage[] = [];
  for (const index of indices) {
    if (bytes.features > inlineBytes) nowMs += store.putMs(bytes.features);
    const dueMs = nowMs + state.radioMs(index, legBits.features);
    features.push({ message: messageOf(MessageKind.Features, state.round, index), dueMs });
    // A device that is in the group twice is on its way with the first.
    if (!first.delete(index)) continue;
    state.account.charge(index, 'encoderCompute', nowMs);
    state.dueMs[index] = dueMs;
  }
  return sendAll(context, 'device', features, nowMs);
}
