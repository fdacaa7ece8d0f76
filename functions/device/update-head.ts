import { batchTensors } from '#functions/exchange/batch-tensors.ts';
import { claimedTimeline, radioDelayMs } from '#functions/exchange/hop.ts';
import { packPayload, unpackPayload } from '#functions/exchange/payload.ts';
import { deviceHeaders } from '#functions/exchange/reply-headers.ts';
import { requireFiniteLoss, requireFiniteValues } from '#functions/exchange/require-finite.ts';
import { sendReplies } from '#functions/exchange/send-message.ts';
import { updateHead } from '#shared/model/head/head-update.ts';
import { clipGradients } from '#shared/model/optimizer/clip-gradients.ts';
import { scheduleFactor } from '#shared/model/optimizer/schedule.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { dueAfter, type MessageOf } from '#shared/protocol/message.ts';
import type { DeviceMaterial } from './device-material.ts';
import { headStep } from './head-step.ts';

/**
 * Step 3 of a round: computes the loss and its gradients at the device's head and at the features, updates
 * the head (head <- head - lr * gradient, eq. 3), and sends the feature gradient g_n to the encoder. The new
 * head is stored as the head after `round + 1` rounds. It is used only if the round is committed with this
 * device's answer.
 */
export async function updateDeviceHead(
  material: DeviceMaterial,
  message: MessageOf<'device.features'>,
  coldStartMs: number,
): Promise<void> {
  const { ports } = material;
  const { run, round, device } = message;
  const claimedAtMs = ports.clock.nowMs();
  const record = await material.record(run);
  const { training, head: headConfig, transport } = record.config;
  const [payloadTensors, shard, head, model] = await Promise.all([
    unpackPayload(ports.objects, message.payload),
    material.shard(record, device),
    material.head(record, device, message.headRound),
    record.finalNorm === undefined ? undefined : material.model(record),
  ]);
  // Payloads are kept until the commit of their round. A missing payload means that the round is over.
  if (payloadTensors === undefined) return;
  const pass = await headStep(ports, {
    record,
    round,
    device,
    shard,
    head,
    languageHead: model?.languageHead,
    payload: payloadTensors,
  });
  requireFiniteLoss(`the training loss of device ${device}`, pass.loss, 'head');
  requireFiniteValues(`the gradients of the loss of device ${device}`, pass.featureGradient.data, 'head');
  const scheduled = headConfig.learningRate * scheduleFactor(headConfig.schedule, round, training.rounds);
  const updated = updateHead(head, clipGradients(pass.gradients, headConfig.clipNorm), pass.step(scheduled));
  const [payload] = await Promise.all([
    packPayload(
      ports.objects,
      runKeys.payload(run, round, device, 'gradients'),
      batchTensors('gradients', pass.featureGradient, transport.bitsPerValue),
      transport.inlineBytes,
    ),
    material.store.head(run, device, round + 1).decide(updated.parameters),
  ]);
  const endsAtMs = ports.clock.nowMs();
  await sendReplies(ports, record, message, [
    {
      ...deviceHeaders(message),
      kind: 'encoder.gradients',
      payload,
      loss: pass.loss,
      predictions: pass.predictions,
      correct: pass.correct,
      timeline: [...claimedTimeline(message, claimedAtMs, coldStartMs), { stage: 'headCompute', endsAtMs }],
      ...dueAfter(endsAtMs, radioDelayMs(record.payloadBits.gradients, message.rateBitsPerSecond)),
    },
  ]);
}
