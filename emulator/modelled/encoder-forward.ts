import type { Work } from '../../shared/cloud/ports/telemetry.ts';
import { type ModelledContext, type SentMessage, sendAll } from './modelled-context.ts';
import { indexOf, kindOf, MessageKind, messageOf, roundOf } from './round-message.ts';
import type { RoundState } from './round-state.ts';

/** Devices of a round, by their places among those scheduled, whose mini-batches run as one. */
export interface EmbeddingGroup {
  readonly state: RoundState;
  readonly indices: number[];
}

/** What waits together runs together: embeddings of a round that were received at once, up to the encoder's tokens. */
export function embeddingGroups(
  context: ModelledContext,
  messages: readonly number[],
): readonly EmbeddingGroup[] {
  const largest = Math.max(1, Math.floor(context.batchTokens / context.workload.tokens));
  const groups: EmbeddingGroup[] = [];
  for (const message of messages) {
    if (kindOf(message) !== MessageKind.Embeddings) continue;
    const state = context.book.stateOf(roundOf(message));
    if (state === undefined) continue;
    const last = groups.at(-1);
    if (last?.state === state && last.indices.length < largest) last.indices.push(indexOf(message));
    else groups.push({ state, indices: [indexOf(message)] });
  }
  return groups;
}

/**
 * Step 2 of a round for a group: embeddings are read one after the other, run as one batch, and the features sent down. A copy
 * of a message is answered again without being computed again. Returns when the encoder goes on.
 */
export function forward(
  context: ModelledContext,
  { state, indices }: EmbeddingGroup,
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

function times(count: number, { stage, flops, items }: Work): Work {
  return { stage, flops: count * flops, items: count * items };
}
