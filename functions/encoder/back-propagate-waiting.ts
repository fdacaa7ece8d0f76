import type { Message } from '#shared/protocol/message.ts';
import { backPropagateTogether, claimGradients, type GradientsMessage } from './back-propagate.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { passName } from './retained-passes.ts';
import { waitingGroups, workTogether } from './waiting-groups.ts';

/**
 * Back-propagates the gradients of devices that wait together. Returns the messages that are done; those whose activations
 * had to give way are not among them, so that no more are computed again at a time than one device's.
 */
export async function backPropagateWaiting(
  material: EncoderMaterial,
  messages: readonly GradientsMessage[],
): Promise<ReadonlySet<Message>> {
  const groups = await waitingGroups(material, messages, async (message) => {
    const extent = material.passes.peek(passName(message))?.extent;
    return extent === undefined ? undefined : extent.sequences * extent.tokens;
  });
  return workTogether(material, groups, claimGradients, backPropagateTogether);
}
