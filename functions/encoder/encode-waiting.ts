import type { Message } from '#shared/protocol/message.ts';
import { claimEmbeddings, type EmbeddingsMessage, encodeBatched } from './encode-embeddings.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { waitingGroups, workBatched } from './waiting-groups.ts';

/**
 * Encodes waiting embeddings in batches.
 *
 * @returns the finished messages.
 */
export async function encodeWaiting(
  material: EncoderMaterial,
  messages: readonly EmbeddingsMessage[],
): Promise<ReadonlySet<Message>> {
  const groups = await waitingGroups(material, messages, (message) => tokensOf(material, message));
  return workBatched(material, groups, claimEmbeddings, encodeBatched);
}

/** True when all messages hold embeddings and have fewer tokens in total than the maximum of one batch. */
export async function hasRoom(material: EncoderMaterial, messages: readonly Message[]): Promise<boolean> {
  let tokens = 0;
  for (const message of messages) {
    if (message.kind !== 'encoder.embeddings') return false;
    tokens += await tokensOf(material, message);
  }
  return tokens < (await material.fillTokens(messages[0].run));
}

/** Tokens of a mini-batch, padding included, derived from the size of its stored object. */
async function tokensOf(material: EncoderMaterial, { run, payload }: EmbeddingsMessage): Promise<number> {
  if (payload.place === 'inline') return 0;
  const { hiddenSize, config } = await material.record(run);
  return Math.floor((8 * payload.bytes) / (hiddenSize * config.transport.bitsPerValue));
}
