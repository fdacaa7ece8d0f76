import type { Message } from '../../shared/protocol/message.ts';
import { traceOf } from '../../shared/protocol/trace-id.ts';
import { type EmbeddingsMessage, encodeTogether, type TakenUp, takeUp } from './encode-embeddings.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { extentOf } from './forward-passes.ts';
import { passName } from './retained-passes.ts';

/**
 * Encodes the embeddings of devices that wait together: those of one round as one batch, up to the tokens that fill the
 * engine. Returns the messages that are done; a copy of one of them, and what failed, is left for its own turn.
 */
export async function encodeWaiting(
  material: EncoderMaterial,
  messages: readonly EmbeddingsMessage[],
): Promise<ReadonlySet<Message>> {
  const within = <T>(message: Message, task: () => Promise<T>): Promise<T> =>
    material.ports.telemetry.within(traceOf(message), task);
  const done = new Set<Message>();
  const begun = new Set<string>();
  let waiting: TakenUp[] = [];
  let tokens = 0;
  const encode = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    tokens = 0;
    if (group.length === 0) return;
    await leftOnFailure(async () => {
      await within(group[0].message, () => encodeTogether(material, group));
      for (const { message } of group) done.add(message);
    });
  };
  for (const message of messages) {
    if (begun.has(passName(message))) continue;
    begun.add(passName(message));
    await leftOnFailure(async () => {
      const taken = await within(message, () => takeUp(material, message));
      if (taken === undefined) {
        done.add(message);
        return;
      }
      const added = 'batch' in taken ? tokensOf(taken.batch) : 0;
      const [first] = waiting;
      const sameRound = first?.message.run === message.run && first.message.round === message.round;
      if (!sameRound || tokens + added > (await material.fillTokens(message.run))) await encode();
      waiting.push(taken);
      tokens += added;
    });
  }
  await encode();
  return done;
}

/** Whether the embeddings of these messages, and they hold nothing else, leave the engine unfilled. */
export async function hasRoom(material: EncoderMaterial, messages: readonly Message[]): Promise<boolean> {
  let tokens = 0;
  for (const message of messages) {
    if (message.kind !== 'encoder.embeddings' || message.payload.place !== 'object') return false;
    const { hiddenSize, config } = await material.record(message.run);
    tokens += (8 * message.payload.bytes) / (hiddenSize * config.transport.bitsPerValue);
  }
  return tokens < (await material.fillTokens(messages[0].run));
}

function tokensOf(batch: Parameters<typeof extentOf>[0]): number {
  const { sequences, tokens } = extentOf(batch);
  return sequences * tokens;
}

/** What is wrong shows again, and is dealt with, when the message is handled by itself. */
async function leftOnFailure(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch {
    // See above.
  }
}
