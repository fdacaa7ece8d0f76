import type { Message } from '../../shared/protocol/message.ts';
import { traceOf } from '../../shared/protocol/trace-id.ts';
import { type EmbeddingsMessage, encodeTogether, type TakenUp, takeUp } from './encode-embeddings.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { passName } from './retained-passes.ts';

/**
 * Encodes the embeddings of devices that wait together: those of one round as one batch, up to the tokens that fill the
 * engine. Returns the messages that are done; a copy of one of them, and what failed, is left for its own turn.
 */
export async function encodeWaiting(
  material: EncoderMaterial,
  messages: readonly EmbeddingsMessage[],
): Promise<ReadonlySet<Message>> {
  const done = new Set<Message>();
  for (const group of await waitingGroups(material, messages)) {
    const taken: TakenUp[] = [];
    for (const message of group) {
      await leftOnFailure(material, message, async () => {
        const one = await takeUp(material, message);
        if (one === undefined) done.add(message);
        else taken.push(one);
      });
    }
    if (taken.length === 0) continue;
    await leftOnFailure(material, group[0], async () => {
      await encodeTogether(material, taken);
      for (const { message } of taken) done.add(message);
    });
  }
  return done;
}

/** Whether the embeddings of these messages, and they hold nothing else, leave the engine unfilled. */
export async function hasRoom(material: EncoderMaterial, messages: readonly Message[]): Promise<boolean> {
  let tokens = 0;
  for (const message of messages) {
    if (message.kind !== 'encoder.embeddings') return false;
    tokens += await tokensOf(material, message);
  }
  return tokens < (await material.fillTokens(messages[0].run));
}

/** Messages of one round that follow each other, up to the tokens that fill the engine; each device's first one. */
async function waitingGroups(
  material: EncoderMaterial,
  messages: readonly EmbeddingsMessage[],
): Promise<readonly (readonly EmbeddingsMessage[])[]> {
  const groups: EmbeddingsMessage[][] = [];
  const seen = new Set<string>();
  let tokens = 0;
  for (const message of messages) {
    const name = passName(message);
    if (seen.has(name)) continue;
    seen.add(name);
    await leftOnFailure(material, message, async () => {
      const [added, most] = [await tokensOf(material, message), await material.fillTokens(message.run)];
      const last = groups.at(-1);
      const follows = last !== undefined && last[0].run === message.run && last[0].round === message.round;
      if (follows && tokens + added <= most) {
        last.push(message);
        tokens += added;
      } else {
        groups.push([message]);
        tokens = added;
      }
    });
  }
  return groups;
}

/** Tokens of a mini-batch, padding included, by the size of what is stored of it. */
async function tokensOf(material: EncoderMaterial, { run, payload }: EmbeddingsMessage): Promise<number> {
  if (payload.place === 'inline') return 0;
  const { hiddenSize, config } = await material.record(run);
  return Math.floor((8 * payload.bytes) / (hiddenSize * config.transport.bitsPerValue));
}

/** What is wrong shows again, and is dealt with, when the message is handled by itself. */
async function leftOnFailure(
  material: EncoderMaterial,
  message: Message,
  task: () => Promise<void>,
): Promise<void> {
  try {
    await material.ports.telemetry.within(traceOf(message), task);
  } catch {
    // See above.
  }
}
