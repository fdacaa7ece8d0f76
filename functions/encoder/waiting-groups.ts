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
 * What became of a group's messages as they were claimed, in their order: what is needed to work on one, undefined
 * where nothing is to be done with it, or why it failed.
 */
export type Claims<Claimed> = readonly PromiseSettledResult<Claimed | undefined>[];

/** Settles as the task does: a failure of one message is not a failure of its group. */
export async function settled<T>(task: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([task]);
  return result;
}

/** The claim of a message that is handled by itself. @throws why it failed */
export function onlyClaim<Claimed>([claim]: Claims<Claimed>): Claimed | undefined {
  if (claim.status === 'rejected') throw claim.reason;
  return claim.value;
}

/**
 * Works on groups of messages: claims the messages of a group, then works on all of them in one batch. Returns the
 * messages that are done. A message that failed stays unhandled and is tried again by itself.
 */
export async function workTogether<
  Waiting extends DeviceMessage,
  Claimed extends { readonly message: Waiting },
>(
  material: EncoderMaterial,
  groups: readonly (readonly Waiting[])[],
  claim: (material: EncoderMaterial, messages: readonly Waiting[]) => Promise<Claims<Claimed>>,
  work: (material: EncoderMaterial, claimed: readonly Claimed[]) => Promise<void>,
): Promise<ReadonlySet<Message>> {
  const done = new Set<Message>();
  for (const group of groups) {
    await leftOnFailure(material, group[0], async () => {
      const claims = await claim(material, group);
      const claimed: Claimed[] = [];
      claims.forEach((one, index) => {
        if (one.status === 'rejected') reportLeft(material, one.reason);
        else if (one.value === undefined) done.add(group[index]);
        else claimed.push(one.value);
      });
      if (claimed.length === 0) return;
      await work(material, claimed);
      for (const { message } of claimed) done.add(message);
    });
  }
  return done;
}

/** A failure leaves the message unhandled: it is tried again by itself, where the failure is dealt with. */
async function leftOnFailure(
  material: EncoderMaterial,
  message: Message,
  task: () => Promise<void>,
): Promise<void> {
  const { telemetry } = material.ports;
  await telemetry.within(traceOf(message), async () => {
    try {
      await task();
    } catch (error) {
      reportLeft(material, error);
    }
  });
}

function reportLeft({ ports: { telemetry } }: EncoderMaterial, reason: unknown): void {
  telemetry.event('left-to-itself', { reason: String(reason) });
}
