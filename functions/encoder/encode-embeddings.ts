import { batchTensors } from '#functions/exchange/batch-tensors.ts';
import { claimedTimeline, radioDelayMs } from '#functions/exchange/hop.ts';
import { packPayload } from '#functions/exchange/payload.ts';
import { deviceHeaders } from '#functions/exchange/reply-headers.ts';
import { requireFiniteValues } from '#functions/exchange/require-finite.ts';
import { sendReplies } from '#functions/exchange/send-message.ts';
import { mapInOrder } from '#shared/cloud/in-order.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { reportEvent } from '#shared/protocol/log-events.ts';
import { dueAfter, type MessageOf } from '#shared/protocol/message.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { forwardPasses } from './forward-passes.ts';
import { readEmbeddings } from './read-embeddings.ts';
import { passName } from './retained-passes.ts';
import { isClosed } from './round-closing.ts';
import { type Claims, settled } from './waiting-groups.ts';

export type EmbeddingsMessage = MessageOf<'encoder.embeddings'>;

/**
 * A device's embeddings, or its features when the message was handled before and its forward pass is still
 * kept. Existing features are sent again, not computed again.
 */
export type ClaimedEmbeddings = {
  readonly message: EmbeddingsMessage;
  readonly claimedAtMs: number;
} & ({ readonly batch: EmbeddedBatch } | { readonly features: Tensor });

/**
 * Claims embeddings of one run and round: loads them, `server.requestsInParallel` at a time, and in parallel
 * the model and the LoRA of the round. A claim is undefined when the round is closed or the embeddings are
 * deleted.
 */
export async function claimEmbeddings(
  material: EncoderMaterial,
  messages: readonly EmbeddingsMessage[],
): Promise<Claims<ClaimedEmbeddings>> {
  const { ports } = material;
  const [first] = messages;
  const claimedAtMs = ports.clock.nowMs();
  const record = await material.record(first.run);
  const read = mapInOrder(messages, record.config.server.requestsInParallel, (message) =>
    settled(claimOne(material, record, message, claimedAtMs)),
  );
  // Loaded at the same time so that the forward pass finds them cached. An error here is ignored, because the
  // forward pass throws it again.
  const beside = Promise.allSettled([material.model(record), material.checkpoint(first.run, first.round)]);
  const [closed, claims] = await Promise.all([isClosed(material.store, first), read, beside]);
  if (!closed) return claims;
  for (const { device } of messages) reportEvent(ports.telemetry, 'late', { device });
  return messages.map(() => ({ status: 'fulfilled', value: undefined }));
}

async function claimOne(
  material: EncoderMaterial,
  record: RunRecord,
  message: EmbeddingsMessage,
  claimedAtMs: number,
): Promise<ClaimedEmbeddings | undefined> {
  const waiting = material.passes.peek(passName(message));
  if (waiting !== undefined) return { message, claimedAtMs, features: waiting.pass.features };
  const batch = await readEmbeddings(material, record, message);
  return batch === undefined ? undefined : { message, claimedAtMs, batch };
}

/**
 * Step 2 of a round, for one or several devices: computes the features z_n = encoder(e_n; frozen + LoRA) and
 * sends each device its own. The activations are kept until the gradients arrive, as far as
 * `server.activationBudgetMiB` allows.
 *
 * @param claimed Embeddings of one run and round.
 */
export async function encodeBatched(
  material: EncoderMaterial,
  claimed: readonly ClaimedEmbeddings[],
): Promise<void> {
  const [{ message: first }] = claimed;
  const record = await material.record(first.run);
  const fresh = claimed.flatMap((one) => ('batch' in one ? [one] : []));
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
  const replies = claimed.flatMap((one) => {
    const features = 'features' in one ? one.features : made.get(one.message);
    return features === undefined ? [] : [{ one, features }];
  });
  await sendReplies(
    material.ports,
    record,
    first,
    await mapInOrder(replies, record.config.server.requestsInParallel, ({ one, features }) =>
      featuresMessage(material, record, one, features),
    ),
  );
}

async function featuresMessage(
  { ports }: EncoderMaterial,
  record: RunRecord,
  { message, claimedAtMs }: ClaimedEmbeddings,
  features: Tensor,
): Promise<MessageOf<'device.features'>> {
  const { run, round, device } = message;
  const { bitsPerValue, inlineBytes } = record.config.transport;
  requireFiniteValues(`the features for the loss of device ${device}`, features.data, 'lora');
  const payload = await packPayload(
    ports.objects,
    runKeys.payload(run, round, device, 'features'),
    batchTensors('features', features, bitsPerValue),
    inlineBytes,
  );
  const endsAtMs = ports.clock.nowMs();
  return {
    ...deviceHeaders(message),
    kind: 'device.features',
    headRound: message.headRound,
    payload,
    timeline: [...claimedTimeline(message, claimedAtMs), { stage: 'encoderCompute', endsAtMs }],
    ...dueAfter(endsAtMs, radioDelayMs(record.payloadBits.features, message.rateBitsPerSecond)),
  };
}
