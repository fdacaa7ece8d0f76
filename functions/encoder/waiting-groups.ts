import type { Message } from '#shared/protocol/message.ts';
import { traceOf } from '#shared/protocol/trace-id.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { passName } from './retained-passes.ts';

type DeviceMessage = Extract<Message, { readonly kind: 'encoder.embeddings' | 'encoder.gradients' }>;

/**
 * Groups consecutive messages of one round, up to the tokens that fill the engine. Left out, to be handled alone: a
 * device's second message in a round, one whose size is unknown, and one for which the look-up fails.
 *
 * @param tokensOf Tokens of the message's mini-batch, padding included; undefined when unknown.
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
 * Handles groups of messages: claims each message of a group, then works on all of them in one call. Returns the
 * messages that are done.
 *
 * @param claim Loads what the work needs of a message; undefined when the message needs no work.
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

/**
 * A failure of the task is ignored: the message stays unhandled and is handled alone afterwards, where the error is
 * reported.
 */
async function leftOnFailure(
  material: EncoderMaterial,
  message: Message,
  task: () => Promise<void>,
): Promise<void> {
  try {
    await material.ports.telemetry.within(traceOf(message), task);
  } catch {
    return;
  }
}
