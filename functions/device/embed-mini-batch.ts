import { embeddedBatchTensors } from '#functions/exchange/batch-tensors.ts';
import { claimedTimeline, radioDelayMs } from '#functions/exchange/hop.ts';
import { storePayload } from '#functions/exchange/payload.ts';
import { deviceHeaders } from '#functions/exchange/reply-headers.ts';
import { sendReplies } from '#functions/exchange/send-message.ts';
import { exampleCount } from '#shared/data/example-set.ts';
import { miniBatch } from '#shared/data/mini-batch.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { reportEvent } from '#shared/protocol/log-events.ts';
import { dueAfter, type MessageOf } from '#shared/protocol/message.ts';
import { deviceComputeSeconds } from '#shared/scheduling/context/device-settings.ts';
import { embedWork } from '#shared/workload/work.ts';
import type { DeviceMaterial } from './device-material.ts';

/**
 * Step 1 of a round: computes the embedding output e_n of the device's mini-batch and sends it to the
 * encoder.
 */
export async function embedMiniBatch(
  material: DeviceMaterial,
  message: MessageOf<'device.scheduled'>,
  coldStartMs: number,
): Promise<void> {
  const { ports } = material;
  const { run, round, device } = message;
  const claimedAtMs = ports.clock.nowMs();
  if (claimedAtMs > message.deadlineMs) {
    // The round is closed by now, so the result would not be used.
    reportEvent(ports.telemetry, 'late', { device });
    return;
  }
  const record = await material.record(run);
  const { seed, training } = record.config;
  const [{ examples }, { embedding }] = await Promise.all([
    material.shard(record, device),
    material.model(record),
  ]);
  const rows = miniBatch(seed, round, device, exampleCount(examples), training.batchSize);
  const values = rows.length * record.sequenceTokens * record.hiddenSize;
  const { result: batch } = await ports.telemetry.measure(
    embedWork(embedding.flopsPerValue, values, rows.length),
    () => embedding.embed(examples, rows),
  );
  const payload = await storePayload(
    ports.objects,
    runKeys.payload(run, round, device, 'embeddings'),
    embeddedBatchTensors(batch, record.config.transport.bitsPerValue),
  );
  // The device's modelled compute time delays the message, as its radio transmission does.
  const nowMs = ports.clock.nowMs();
  const computeMs = 1000 * deviceComputeSeconds(record.config.device, seed, device);
  const endsAtMs = nowMs + computeMs;
  await sendReplies(ports, record, message, [
    {
      ...deviceHeaders(message),
      kind: 'encoder.embeddings',
      headRound: message.headRound,
      payload,
      timeline: [...claimedTimeline(message, claimedAtMs, coldStartMs), { stage: 'deviceCompute', endsAtMs }],
      ...dueAfter(nowMs, computeMs + radioDelayMs(record.payloadBits.embeddings, message.rateBitsPerSecond)),
    },
  ]);
}
