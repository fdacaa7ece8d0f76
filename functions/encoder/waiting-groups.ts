import type { Message } from '#shared/protocol/message.ts';
import { traceOf } from '#shared/protocol/trace-id.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { passName } from './retained-passes.ts';

type DeviceMessage = Extract<Message, { readonly kind: 'encoder.embeddings' | 'encoder.gradients' }>;

/**
 * Messages of one round that follow each other, up to the tokens that fill the engine; each device's first one. A copy,
 * what fails, and what is of no known size are left out.
 *
 * @param tokensOf Tokens of the mini-batch that a message is about, padding included.
 */
export async function waitingGroups<Waiting extends DeviceMessage>(
  material: EncoderMaterial,
  messages: readonly Waiting[],
  tokensOf: (message: Waiting) => Promise<number | undefined>,
): Promise<readonly (readonly Waiting[])[]> {
  const groups: Waiting[][] = [];
  const seen = new Set<string>();
  let tokens = 0;
  for (const message of messages) {
    const name = passName(message);
    if (seen.has(name)) continue;
    seen.add(name);
    await leftOnFailure(material, message, async () => {
      const [added, most] = [await tokensOf(message), await material.fillTokens(message.run)];
      if (added === undefined) return;
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

/**
 * Works on groups of messages: takes each message up, then on all of a group together. Returns the messages that are
 * done; what failed is left for its own turn.
 *
 * @param claim What is needed of a message; undefined when nothing is to be done with it.
 */
export async function workBatched<
  Waiting extends DeviceMessage,
  Claimed extends { readonly message: Waiting },
>(
  material: EncoderMaterial,
  groups: readonly (readonly Waiting[])[],
  claim: (material: EncoderMaterial, message: Waiting) => Promise<Claimed | undefined>,
  work: (material: EncoderMaterial, claimed: readonly Claimed[]) => Promise<void>,
): Promise<ReadonlySet<Message>> {
  const done = new Set<Message>();
  for (const group of groups) {
    const claimed: Claimed[] = [];
    for (const message of group) {
      await leftOnFailure(material, message, async () => {
        const one = await claim(material, message);
        if (one === undefined) done.add(message);
        else claimed.push(one);
      });
    }
    if (claimed.length === 0) continue;
    await leftOnFailure(material, group[0], async () => {
      await work(material, claimed);
      for (const { message } of claimed) done.add(message);
    });
  }
  return done;
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
