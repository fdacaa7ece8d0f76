import type { Message } from '#shared/protocol/message.ts';
import { backPropagateBatched, claimGradients, type GradientsMessage } from './back-propagate.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { passName } from './retained-passes.ts';
import { waitingGroups, workBatched } from './waiting-groups.ts';

/**
 * Back-propagates waiting gradients in batches. Gradients whose forward pass was released are left out: they
 * are handled alone, so that the activations of only one device are recomputed at a time.
 *
 * @returns the finished messages.
 */
export async function backPropagateWaiting(
  material: EncoderMaterial,
  messages: readonly GradientsMessage[],
): Promise<ReadonlySet<Message>> {
  const groups = await waitingGroups(material, messages, async (message) => {
    const extent = material.passes.peek(passName(message))?.extent;
    return extent === undefined ? undefined : extent.sequences * extent.tokens;
  });
  return workBatched(material, groups, claimGradients, backPropagateBatched);
}
