import { encoderBackwardFlops } from '../../shared/model/operation-count.ts';
import { writeSafetensors } from '../../shared/model/safetensors/write-safetensors.ts';
import { runKeys } from '../../shared/protocol/keys.ts';
import type { MessageOf } from '../../shared/protocol/message.ts';
import type { Answer } from '../../shared/protocol/records.ts';
import type { RunRecord } from '../../shared/protocol/run-record.ts';
import { readBatchTensor } from '../common/batch-tensors.ts';
import { timelineAt } from '../common/device-leg.ts';
import { unpackPayload } from '../common/payload.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { forwardPasses, readEmbeddings } from './forward-passes.ts';
import { type DevicePass, passName } from './retained-passes.ts';
import { isClosed } from './round-closing.ts';

/**
 * Step 4 of a round, one device's part: back-propagates g_n into LoRA (eq. 4) and stores the result as the device's
 * answer. A gradient that comes after the round was closed is counted, no more.
 */
export async function backPropagate(
  material: EncoderMaterial,
  message: MessageOf<'encoder.gradients'>,
): Promise<void> {
  const { ports } = material;
  const { run, round, device } = message;
  const takenUpAtMs = ports.clock.nowMs();
  const key = runKeys.answer(run, round, device);
  if ((await ports.objects.get(key)) !== undefined) return;
  if (await isClosed(ports.objects, message)) {
    ports.telemetry.event('late', { device });
    return;
  }
  const record = await material.record(run);
  const kept = material.passes.take(passName(message)) ?? (await recompute(material, record, message));
  if (kept === undefined) return;
  const { pass, extent } = kept;
  try {
    const tensors = await unpackPayload(ports.objects, message.payload);
    if (tensors === undefined) return;
    const gradient = readBatchTensor(
      tensors,
      'gradients',
      pass.features.shape,
      `gradient of device ${device}`,
    );
    const { server } = await material.model(record);
    const flops = encoderBackwardFlops(server.config, extent);
    const work = { stage: 'backward', flops, items: extent.sequences } as const;
    const { result } = await ports.telemetry.measure(work, () => pass.backward(gradient));
    const answer: Answer = {
      device,
      loss: message.loss,
      correct: message.correct,
      examples: message.examples,
      tokens: extent.sequences * extent.tokens,
      roundStartedAtMs: message.roundStartedAtMs,
      timeline: [
        ...timelineAt(message, takenUpAtMs),
        { stage: 'backwardAndAggregation', endsAtMs: ports.clock.nowMs() },
      ],
    };
    await ports.objects.putIfAbsent(key, writeSafetensors(result, { answer: JSON.stringify(answer) }));
  } finally {
    pass.release();
  }
}

/** The forward pass again, from the stored embeddings, when the activations are gone: the same bits as before. */
async function recompute(
  material: EncoderMaterial,
  record: RunRecord,
  message: MessageOf<'encoder.gradients'>,
): Promise<DevicePass | undefined> {
  const key = runKeys.payload(message.run, message.round, message.device, 'embeddings');
  material.ports.telemetry.event('recompute', { device: message.device });
  const batch = await readEmbeddings(material, record, message.device, { place: 'object', key, bytes: 0 });
  if (batch === undefined) return undefined;
  const [pass] = await forwardPasses(material, record, message.round, [batch]);
  return pass;
}
