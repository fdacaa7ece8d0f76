import { encoderForwardFlops } from '../../shared/model/operation-count.ts';
import { requireShape } from '../../shared/model/tensor.ts';
import { runKeys } from '../../shared/protocol/keys.ts';
import type { MessageOf, PayloadReference } from '../../shared/protocol/message.ts';
import type { RunRecord } from '../../shared/protocol/run-record.ts';
import { batchTensors, readEmbeddedBatch } from '../common/batch-tensors.ts';
import { radioDelayMs, sameWay, timelineAt } from '../common/device-leg.ts';
import { packPayload, unpackPayload } from '../common/payload.ts';
import { sendMessages } from '../common/send-message.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import type { DevicePass } from './retained-passes.ts';
import { isClosed } from './round-closing.ts';

/** Names a device's forward pass among those that are kept. */
export function passName(message: {
  readonly run: string;
  readonly round: number;
  readonly device: number;
}): string {
  return `${message.run}/${message.round}/${message.device}`;
}

/**
 * Step 2 of a round: z_n = encoder(e_n; frozen + LoRA), sent down to the device. The activations are kept for the
 * gradient that comes back.
 */
export async function encodeEmbeddings(
  material: EncoderMaterial,
  message: MessageOf<'encoder.embeddings'>,
): Promise<void> {
  const { ports } = material;
  const takenUpAtMs = ports.clock.nowMs();
  if (await isClosed(ports.objects, message)) {
    ports.telemetry.event('late', { device: message.device });
    return;
  }
  const record = await material.record(message.run);
  const name = passName(message);
  // A message that comes again finds its pass: the features are sent again, not computed again.
  const waiting = material.passes.peek(name);
  const kept = waiting ?? (await forwardPass(material, record, message, message.payload));
  if (kept === undefined) return;
  const { run, round, device } = message;
  const { bitsPerValue, inlineBytes } = record.config.transport;
  const payload = await packPayload(
    ports.objects,
    runKeys.payload(run, round, device, 'features'),
    batchTensors('features', kept.pass.features, bitsPerValue),
    inlineBytes,
  );
  if (waiting === undefined) material.passes.keep(name, kept);
  const endsAtMs = ports.clock.nowMs();
  await sendMessages(ports, [
    {
      ...sameWay(message),
      kind: 'device.features',
      headRound: message.headRound,
      payload,
      timeline: [...timelineAt(message, takenUpAtMs), { stage: 'encoderCompute', endsAtMs }],
      deliverAtMs: endsAtMs + radioDelayMs(record.payloadBits.features, message.rateBitsPerSecond),
    },
  ]);
}

/** Runs the encoder on a device's embeddings with the round's LoRA; undefined when the embeddings are gone. */
export async function forwardPass(
  material: EncoderMaterial,
  record: RunRecord,
  message: { readonly run: string; readonly round: number; readonly device: number },
  payload: PayloadReference,
): Promise<DevicePass | undefined> {
  const { ports } = material;
  const tensors = await unpackPayload(ports.objects, payload);
  if (tensors === undefined) return undefined;
  const batch = readEmbeddedBatch(tensors, record.hiddenSize, `embeddings of device ${message.device}`);
  const { server, engine } = await material.model(record);
  const { lora } = await material.checkpoint(message.run, message.round);
  const [sequences, tokens] = batch.embeddings.shape;
  const extent = { sequences, tokens };
  const flops = encoderForwardFlops(server.config, extent);
  const { result: pass } = await ports.telemetry.measure({ stage: 'forward', flops, items: sequences }, () =>
    engine.forward(batch, lora),
  );
  requireShape('features', pass.features, [sequences, record.hiddenSize]);
  return { pass, extent };
}
