import { reportEvent } from '#shared/protocol/log-events.ts';
import type { Message } from '#shared/protocol/message.ts';
import { traceOf } from '#shared/protocol/trace-id.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { passName } from './retained-passes.ts';

type DeviceMessage = Extract<Message, { readonly kind: 'encoder.embeddings' | 'encoder.gradients' }>;

/**
 * Groups consecutive messages of one round. A group of several messages has at most the maximum tokens of one
 * batch. The groups leave out messages that are handled alone: a device's second message in a round, a
 * message of unknown size, and a message whose run record or model cannot be loaded.
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
 * The claims of a group's messages, in the order of the messages. A claim is the data for the work, undefined
 * when there is nothing to do, or the reason why it failed.
 */
export type Claims<Claimed> = readonly PromiseSettledResult<Claimed | undefined>[];

/** The outcome of a task as a value, so that the failure of one message does not fail its group. */
export async function settled<T>(task: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([task]);
  return result;
}

/**
 * The claim of a message that is handled alone.
 *
 * @throws the reason when the claim failed.
 */
export function onlyClaim<Claimed>([claim]: Claims<Claimed>): Claimed | undefined {
  if (claim.status === 'rejected') throw claim.reason;
  return claim.value;
}

/**
 * Handles groups of messages: claims the messages of a group, then works on all of them in one call.
 *
 * @param claim Loads the data that the work needs for a group's messages.
 * @returns the finished messages.
 */
export async function workBatched<
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

/**
 * Runs a task and logs its failure with the trace of the message. The messages of a failed task count as not
 * handled: each is handled alone, and that call reports its error.
 */
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
  reportEvent(telemetry, 'batched-failed', { reason: String(reason) });
}
