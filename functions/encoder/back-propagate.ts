import { readBatchTensor } from '#functions/exchange/batch-tensors.ts';
import { claimedTimeline } from '#functions/exchange/hop.ts';
import { unpackPayload } from '#functions/exchange/payload.ts';
import { mapInOrder } from '#shared/cloud/in-order.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { StoredTensors } from '#shared/model/safetensors/stored-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { tensorNorm } from '#shared/model/tensor-norm.ts';
import { reportEvent } from '#shared/protocol/log-events.ts';
import type { MessageOf } from '#shared/protocol/message.ts';
import type { Answer } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { backwardWork } from '#shared/workload/work.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { forwardPasses } from './forward-passes.ts';
import { readEmbeddings } from './read-embeddings.ts';
import { type DevicePass, passName } from './retained-passes.ts';
import { isClosed } from './round-closing.ts';
import { type Claims, settled } from './waiting-groups.ts';

export type GradientsMessage = MessageOf<'encoder.gradients'>;

/** A device's feature gradient with its forward pass. The caller that claimed it must release the pass. */
export interface ClaimedGradient {
  readonly message: GradientsMessage;
  readonly claimedAtMs: number;
  readonly kept: DevicePass;
  /** [batch, hidden]. */
  readonly featureGradient: Tensor;
}

/**
 * Claims gradients of one run and round: loads `server.requestsInParallel` of them at a time, with their
 * forward passes. A claim is undefined when there is nothing to do: the answer is stored, a payload is
 * deleted, or the round is closed. Gradients of a closed round are logged as late.
 */
export async function claimGradients(
  material: EncoderMaterial,
  messages: readonly GradientsMessage[],
): Promise<Claims<ClaimedGradient>> {
  const { ports } = material;
  const [first] = messages;
  const claimedAtMs = ports.clock.nowMs();
  const record = await material.record(first.run);
  const closing = isClosed(material.store, first);
  const reading = mapInOrder(messages, record.config.server.requestsInParallel, (message) =>
    settled(claimOne(material, record, { message, claimedAtMs }, closing)),
  );
  const [claims, closed] = await Promise.all([reading, settled(closing)]);
  if (closed.status === 'fulfilled' && !closed.value) return claims;
  for (const claim of claims) if (claim.status === 'fulfilled') claim.value?.kept.pass.release();
  if (closed.status === 'rejected') throw closed.reason;
  for (const { device } of messages) reportEvent(ports.telemetry, 'late', { device });
  return messages.map(() => ({ status: 'fulfilled', value: undefined }));
}

type Claim = Pick<ClaimedGradient, 'message' | 'claimedAtMs'>;

/** Loads a device's gradient, and its forward pass: the kept one, or a recomputed one. */
async function claimOne(
  material: EncoderMaterial,
  record: RunRecord,
  claim: Claim,
  closing: Promise<boolean>,
): Promise<ClaimedGradient | undefined> {
  const { message } = claim;
  const { objects } = material.ports;
  const kept = material.passes.take(passName(message));
  if (kept !== undefined) return withGradient(claim, kept, unpackPayload(objects, message.payload));
  const [tensors, batch] = await Promise.all([
    unpackPayload(objects, message.payload),
    lostBatch(material, record, message),
  ]);
  if (tensors === undefined || batch === undefined || (await closing)) return undefined;
  reportEvent(material.ports.telemetry, 'recompute', { device: message.device });
  const [recomputed] = await forwardPasses(material, record, message.round, [batch]);
  return withGradient(claim, recomputed, Promise.resolve(tensors));
}

/**
 * Returns the claim with the pass and the gradient. Releases the pass when the payload of the gradient is
 * deleted or cannot be read.
 */
async function withGradient(
  claim: Claim,
  kept: DevicePass,
  payload: Promise<StoredTensors | undefined>,
): Promise<ClaimedGradient | undefined> {
  try {
    const tensors = await payload;
    if (tensors !== undefined) {
      const subject = `gradient of device ${claim.message.device}`;
      const { shape } = kept.pass.features;
      return { ...claim, kept, featureGradient: readBatchTensor(tensors, 'gradients', shape, subject) };
    }
  } catch (error) {
    kept.pass.release();
    throw error;
  }
  kept.pass.release();
  return undefined;
}

/**
 * Step 4 of a round, for one or several devices: back-propagates each feature gradient g_n into LoRA (eq. 4)
 * and stores the result as the device's answer.
 *
 * @param claimed Gradients of one run and round.
 */
export async function backPropagateBatched(
  material: EncoderMaterial,
  claimed: readonly ClaimedGradient[],
): Promise<void> {
  const { ports } = material;
  try {
    const record = await material.record(claimed[0].message.run);
    const { server, engine } = await material.model(record);
    const work = backwardWork(
      server.config,
      claimed.map(({ kept }) => kept.extent),
    );
    const passes = claimed.map(({ kept: { pass }, featureGradient }) => ({ pass, featureGradient }));
    const { result } = await ports.telemetry.measure(work, () => engine.backwardBatched(passes));
    const endsAtMs = ports.clock.nowMs();
    await mapInOrder(claimed, record.config.server.requestsInParallel, (one, index) =>
      storeAnswer(material, one, result[index], endsAtMs),
    );
  } finally {
    for (const { kept } of claimed) kept.pass.release();
  }
}

async function storeAnswer(
  { store }: EncoderMaterial,
  { message, claimedAtMs, kept: { extent } }: ClaimedGradient,
  loraGradient: NamedTensors,
  endsAtMs: number,
): Promise<void> {
  const answer: Answer = {
    device: message.device,
    loss: message.loss,
    predictions: message.predictions,
    correct: message.correct,
    gradientNorm: tensorNorm(loraGradient),
    tokens: extent.sequences * extent.tokens,
    roundStartedAtMs: message.roundStartedAtMs,
    timeline: [...claimedTimeline(message, claimedAtMs), { stage: 'backwardAndAggregation', endsAtMs }],
  };
  await store.answer(message.run, message.round, message.device).decide({ answer, loraGradient });
}

/**
 * Reads the embeddings of a device whose forward pass is not in this process: it was released to save memory,
 * another process has it, or a copy of this message was handled before. Undefined when the answer is stored
 * or the embeddings are deleted.
 */
async function lostBatch(
  material: EncoderMaterial,
  record: RunRecord,
  message: GradientsMessage,
): Promise<EmbeddedBatch | undefined> {
  const { run, round, device } = message;
  const [answered, batch] = await Promise.all([
    material.store.answer(run, round, device).exists(),
    readEmbeddings(material, record, message),
    // Loaded at the same time so that the forward pass finds them cached. An error here is ignored, because
    // the forward pass throws it again.
    Promise.allSettled([material.model(record), material.checkpoint(run, round)]),
  ]);
  return answered ? undefined : batch;
}
