import { readBatchTensor } from '#functions/exchange/batch-tensors.ts';
import { timelineAt } from '#functions/exchange/device-leg.ts';
import { unpackPayload } from '#functions/exchange/payload.ts';
import { encoderBackwardFlops } from '#shared/model/operation-count.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { tensorNorm } from '#shared/model/tensor-norm.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import type { MessageOf } from '#shared/protocol/message.ts';
import type { Answer } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { forwardPasses, readEmbeddings } from './forward-passes.ts';
import { type DevicePass, passName } from './retained-passes.ts';
import { isClosed } from './round-closing.ts';

export type GradientsMessage = MessageOf<'encoder.gradients'>;

/** A device's gradient in hand, and the pass that it belongs to, which whoever took it up releases. */
export interface TakenGradient {
  readonly message: GradientsMessage;
  readonly takenUpAtMs: number;
  readonly kept: DevicePass;
  /** At the features, [batch, hidden]. */
  readonly featureGradient: Tensor;
}

/**
 * Takes a device's gradient up; undefined when nothing is to be done: it was worked on already, its embeddings are gone,
 * or it came after the round was closed, and then it is counted, no more.
 */
export async function takeUpGradient(
  material: EncoderMaterial,
  message: GradientsMessage,
): Promise<TakenGradient | undefined> {
  const { ports } = material;
  const { run, round, device } = message;
  const takenUpAtMs = ports.clock.nowMs();
  if ((await ports.objects.get(runKeys.answer(run, round, device))) !== undefined) return undefined;
  if (await isClosed(ports.objects, message)) {
    ports.telemetry.event('late', { device });
    return undefined;
  }
  const record = await material.record(run);
  const kept = material.passes.take(passName(message)) ?? (await recompute(material, record, message));
  if (kept === undefined) return undefined;
  const featureGradient = await readGradient(material, message, kept).catch((error: unknown) => {
    kept.pass.release();
    throw error;
  });
  if (featureGradient !== undefined) return { message, takenUpAtMs, kept, featureGradient };
  kept.pass.release();
  return undefined;
}

/**
 * Step 4 of a round, for one device or for several that wait together: back-propagates each g_n into LoRA (eq. 4) and
 * stores the result as the device's answer.
 *
 * @param taken What devices of one run sent in one round.
 */
export async function backPropagateTogether(
  material: EncoderMaterial,
  taken: readonly TakenGradient[],
): Promise<void> {
  const { ports } = material;
  try {
    const { server, engine } = await material.model(await material.record(taken[0].message.run));
    const extents = taken.map(({ kept }) => kept.extent);
    const flops = extents.reduce((sum, extent) => sum + encoderBackwardFlops(server.config, extent), 0);
    const items = extents.reduce((sum, { sequences }) => sum + sequences, 0);
    const passes = taken.map(({ kept: { pass }, featureGradient }) => ({ pass, featureGradient }));
    const { result } = await ports.telemetry.measure({ stage: 'backward', flops, items }, () =>
      engine.backwardTogether(passes),
    );
    for (const [index, one] of taken.entries()) await storeAnswer(material, one, result[index]);
  } finally {
    for (const { kept } of taken) kept.pass.release();
  }
}

async function readGradient(
  { ports }: EncoderMaterial,
  { device, payload }: GradientsMessage,
  { pass }: DevicePass,
): Promise<Tensor | undefined> {
  const tensors = await unpackPayload(ports.objects, payload);
  if (tensors === undefined) return undefined;
  return readBatchTensor(tensors, 'gradients', pass.features.shape, `gradient of device ${device}`);
}

async function storeAnswer(
  { ports }: EncoderMaterial,
  { message, takenUpAtMs, kept: { extent } }: TakenGradient,
  gradients: NamedTensors,
): Promise<void> {
  const answer: Answer = {
    device: message.device,
    loss: message.loss,
    correct: message.correct,
    examples: message.examples,
    gradientNorm: tensorNorm(gradients),
    tokens: extent.sequences * extent.tokens,
    roundStartedAtMs: message.roundStartedAtMs,
    timeline: [
      ...timelineAt(message, takenUpAtMs),
      { stage: 'backwardAndAggregation', endsAtMs: ports.clock.nowMs() },
    ],
  };
  const key = runKeys.answer(message.run, message.round, message.device);
  await ports.objects.putIfAbsent(key, writeSafetensors(gradients, { answer: JSON.stringify(answer) }));
}

/** The forward pass again, from the stored embeddings, when the activations are gone: the same bits as before. */
async function recompute(
  material: EncoderMaterial,
  record: RunRecord,
  message: GradientsMessage,
): Promise<DevicePass | undefined> {
  const key = runKeys.payload(message.run, message.round, message.device, 'embeddings');
  material.ports.telemetry.event('recompute', { device: message.device });
  const batch = await readEmbeddings(material, record, message.device, { place: 'object', key, bytes: 0 });
  if (batch === undefined) return undefined;
  const [pass] = await forwardPasses(material, record, message.round, [batch]);
  return pass;
}
