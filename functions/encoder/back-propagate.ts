import { readBatchTensor } from '#functions/exchange/batch-tensors.ts';
import { claimedTimeline } from '#functions/exchange/hop.ts';
import { unpackPayload } from '#functions/exchange/payload.ts';
import { encoderBackwardFlops } from '#shared/model/operation-count.ts';
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

/** A device's gradient with the forward pass it belongs to. The claimer releases the pass. */
export interface ClaimedGradient {
  readonly message: GradientsMessage;
  readonly claimedAtMs: number;
  readonly kept: DevicePass;
  /** At the features, [batch, hidden]. */
  readonly featureGradient: Tensor;
}

/**
 * Loads a device's gradient and forward pass. Undefined when there is nothing to do: the answer is stored already, the
 * embeddings are deleted, or the round is closed; a gradient that is late is only logged.
 */
export async function claimGradient(
  material: EncoderMaterial,
  message: GradientsMessage,
): Promise<ClaimedGradient | undefined> {
  const { ports } = material;
  const { run, round, device } = message;
  const claimedAtMs = ports.clock.nowMs();
  if (await material.store.answer(run, round, device).exists()) return undefined;
  if (await isClosed(material.store, message)) {
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
  if (featureGradient !== undefined) return { message, claimedAtMs, kept, featureGradient };
  kept.pass.release();
  return undefined;
}

/**
 * Step 4 of a round, for one device or several: back-propagates each feature gradient g_n into LoRA (eq. 4) and stores
 * the result as the device's answer.
 *
 * @param claimed gradients of one run and round
 */
export async function backPropagateBatched(
  material: EncoderMaterial,
  claimed: readonly ClaimedGradient[],
): Promise<void> {
  const { ports } = material;
  try {
    const { server, engine } = await material.model(await material.record(claimed[0].message.run));
    const extents = claimed.map(({ kept }) => kept.extent);
    const flops = extents.reduce((sum, extent) => sum + encoderBackwardFlops(server.config, extent), 0);
    const items = extents.reduce((sum, { sequences }) => sum + sequences, 0);
    const passes = claimed.map(({ kept: { pass }, featureGradient }) => ({ pass, featureGradient }));
    const { result } = await ports.telemetry.measure({ stage: 'backward', flops, items }, () =>
      engine.backwardTogether(passes),
    );
    for (const [index, one] of claimed.entries()) await storeAnswer(material, one, result[index]);
  } finally {
    for (const { kept } of claimed) kept.pass.release();
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
  { ports, store }: EncoderMaterial,
  { message, claimedAtMs, kept: { extent } }: ClaimedGradient,
  loraGradient: NamedTensors,
): Promise<void> {
  const answer: Answer = {
    device: message.device,
    loss: message.loss,
    correct: message.correct,
    examples: message.examples,
    gradientNorm: tensorNorm(loraGradient),
    tokens: extent.sequences * extent.tokens,
    roundStartedAtMs: message.roundStartedAtMs,
    timeline: [
      ...claimedTimeline(message, claimedAtMs),
      { stage: 'backwardAndAggregation', endsAtMs: ports.clock.nowMs() },
    ],
  };
  await store.answer(message.run, message.round, message.device).decide({ answer, loraGradient });
}

/** Repeats the forward pass from the stored embeddings when its activations were released: the same bits. */
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
