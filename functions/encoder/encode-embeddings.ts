import { batchTensors } from '#functions/common/batch-tensors.ts';
import { radioDelayMs, sameWay, timelineAt } from '#functions/common/device-leg.ts';
import { packPayload } from '#functions/common/payload.ts';
import { sendMessages } from '#functions/common/send-message.ts';
import { mapInOrder } from '#shared/cloud/in-order.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import type { MessageOf } from '#shared/protocol/message.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { forwardPasses, readEmbeddings } from './forward-passes.ts';
import { passName } from './retained-passes.ts';
import { isClosed } from './round-closing.ts';
import { type Claims, settled } from './waiting-groups.ts';

export type EmbeddingsMessage = MessageOf<'encoder.embeddings'>;

/** A device's embeddings in hand; or its features, where the message came before: they are sent again, not computed again. */
export type TakenUp = {
  readonly message: EmbeddingsMessage;
  readonly takenUpAtMs: number;
} & ({ readonly batch: EmbeddedBatch } | { readonly features: Tensor });

/**
 * Claims the embeddings that devices of one run sent in one round: reads them, a few at a time, beside this round's LoRA.
 * Nothing is to be done for a device when the round is closed, or its embeddings are gone.
 */
export async function claimEmbeddings(
  material: EncoderMaterial,
  messages: readonly EmbeddingsMessage[],
): Promise<Claims<TakenUp>> {
  const { ports } = material;
  const [first] = messages;
  const takenUpAtMs = ports.clock.nowMs();
  const record = await material.record(first.run);
  const read = mapInOrder(messages, record.config.server.requestsInParallel, (message) =>
    settled(claimOne(material, record, message, takenUpAtMs)),
  );
  // Read now for the forward pass; that one fails with what fails here.
  const beside = Promise.allSettled([material.model(record), material.checkpoint(first.run, first.round)]);
  const [closed, claims] = await Promise.all([isClosed(ports.objects, first), read, beside]);
  if (!closed) return claims;
  for (const { device } of messages) ports.telemetry.event('late', { device });
  return messages.map(() => ({ status: 'fulfilled', value: undefined }));
}

async function claimOne(
  material: EncoderMaterial,
  record: RunRecord,
  message: EmbeddingsMessage,
  takenUpAtMs: number,
): Promise<TakenUp | undefined> {
  const waiting = material.passes.peek(passName(message));
  if (waiting !== undefined) return { message, takenUpAtMs, features: waiting.pass.features };
  const batch = await readEmbeddings(material, record, message.device, message.payload);
  return batch === undefined ? undefined : { message, takenUpAtMs, batch };
}

/**
 * Step 2 of a round, for one device or for several that wait together: z_n = encoder(e_n; frozen + LoRA), sent down to
 * each. The activations are kept for the gradients that come back.
 *
 * @param taken What devices of one run sent in one round.
 */
export async function encodeTogether(material: EncoderMaterial, taken: readonly TakenUp[]): Promise<void> {
  const [{ message: first }] = taken;
  const record = await material.record(first.run);
  const fresh = taken.flatMap((one) => ('batch' in one ? [one] : []));
  const passes = await forwardPasses(
    material,
    record,
    first.round,
    fresh.map(({ batch }) => batch),
  );
  const budgetBytes = record.config.server.activationBudgetMiB * 1024 * 1024;
  fresh.forEach(({ message }, index) => {
    material.passes.keep(passName(message), passes[index], budgetBytes);
  });
  const made = new Map(fresh.map(({ message }, index) => [message, passes[index].pass.features]));
  const replies = taken.flatMap((one) => {
    const features = 'features' in one ? one.features : made.get(one.message);
    return features === undefined ? [] : [{ one, features }];
  });
  await sendMessages(
    material.ports,
    await mapInOrder(replies, record.config.server.requestsInParallel, ({ one, features }) =>
      featuresMessage(material, record, one, features),
    ),
  );
}

async function featuresMessage(
  { ports }: EncoderMaterial,
  record: RunRecord,
  { message, takenUpAtMs }: TakenUp,
  features: Tensor,
): Promise<MessageOf<'device.features'>> {
  const { run, round, device } = message;
  const { bitsPerValue, inlineBytes } = record.config.transport;
  const payload = await packPayload(
    ports.objects,
    runKeys.payload(run, round, device, 'features'),
    batchTensors('features', features, bitsPerValue),
    inlineBytes,
  );
  const endsAtMs = ports.clock.nowMs();
  return {
    ...sameWay(message),
    kind: 'device.features',
    headRound: message.headRound,
    payload,
    timeline: [...timelineAt(message, takenUpAtMs), { stage: 'encoderCompute', endsAtMs }],
    deliverAtMs: endsAtMs + radioDelayMs(record.payloadBits.features, message.rateBitsPerSecond),
  };
}
