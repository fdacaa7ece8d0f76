import { batchTensors } from '#functions/exchange/batch-tensors.ts';
import { radioDelayMs, sameWay, timelineAt } from '#functions/exchange/device-leg.ts';
import { packPayload } from '#functions/exchange/payload.ts';
import { sendMessages } from '#functions/exchange/send-message.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import type { MessageOf } from '#shared/protocol/message.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { forwardPasses, readEmbeddings } from './forward-passes.ts';
import { passName } from './retained-passes.ts';
import { isClosed } from './round-closing.ts';

export type EmbeddingsMessage = MessageOf<'encoder.embeddings'>;

/** A device's embeddings in hand; or its features, where the message came before: they are sent again, not computed again. */
export type TakenUp = {
  readonly message: EmbeddingsMessage;
  readonly takenUpAtMs: number;
} & ({ readonly batch: EmbeddedBatch } | { readonly features: Tensor });

/** Takes a device's embeddings up; undefined when nothing is to be done: the round is closed, or they are gone. */
export async function takeUpEmbeddings(
  material: EncoderMaterial,
  message: EmbeddingsMessage,
): Promise<TakenUp | undefined> {
  const { ports } = material;
  const takenUpAtMs = ports.clock.nowMs();
  if (await isClosed(ports.objects, message)) {
    ports.telemetry.event('late', { device: message.device });
    return undefined;
  }
  const waiting = material.passes.peek(passName(message));
  if (waiting !== undefined) return { message, takenUpAtMs, features: waiting.pass.features };
  const record = await material.record(message.run);
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
  const answers: MessageOf<'device.features'>[] = [];
  for (const one of taken) {
    const features = 'features' in one ? one.features : made.get(one.message);
    if (features !== undefined) answers.push(await featuresMessage(material, record, one, features));
  }
  await sendMessages(material.ports, answers);
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
