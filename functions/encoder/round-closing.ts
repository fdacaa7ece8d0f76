import { roundHeaders } from '#functions/exchange/reply-headers.ts';
import { sendMessages } from '#functions/exchange/send-message.ts';
import { inOrder } from '#shared/cloud/in-order.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import { writeCheckpoint } from '#shared/model/checkpoint.ts';
import { optimizerStep } from '#shared/model/optimizer/optimizer.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { TensorMean } from '#shared/model/tensor-mean.ts';
import { deviceOfAnswerKey, runKeys } from '#shared/protocol/keys.ts';
import type { Message, MessageOf } from '#shared/protocol/message.ts';
import {
  type Answer,
  answerSchema,
  type Closing,
  closingSchema,
  type Plan,
  planSchema,
} from '#shared/protocol/records.ts';
import { decodeJson, encodeJson } from '#shared/protocol/stored-json.ts';
import { aggregateWork } from '#shared/workload/work.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { roundSummary } from './round-summary.ts';

type RoundName = Pick<Message, 'run' | 'round'>;

/** A message that may close its round. */
export type RoundMessage = MessageOf<'encoder.gradients' | 'encoder.close-round'>;

/** True once it is decided whose answers count. */
export async function isClosed(objects: ObjectStore, { run, round }: RoundName): Promise<boolean> {
  return (await objects.get(runKeys.closing(run, round))) !== undefined;
}

/**
 * Closes a round when every scheduled device has answered, or when its time is up. Who answered is decided once, by
 * a conditional write; everything after follows from that decision and can be done again.
 */
export async function closeRound(
  material: EncoderMaterial,
  message: RoundMessage,
  timeIsUp: boolean,
): Promise<void> {
  const { objects } = material.ports;
  const { run, round } = message;
  const closingKey = runKeys.closing(run, round);
  const [committed, earlier] = await Promise.all([
    objects.get(runKeys.commit(run, round)),
    objects.get(closingKey),
  ]);
  // Once committed there is nothing to close, and the answers may be gone.
  if (committed !== undefined) return;
  const closing =
    earlier === undefined
      ? await decideClosing(material, message, timeIsUp)
      : decodeJson(closingSchema, earlier, closingKey);
  if (closing === undefined) return;
  const startedAtMs = material.ports.clock.nowMs();
  const answers = await applyGradients(material, message, closing);
  const endsAtMs = material.ports.clock.nowMs();
  const { engine } = await material.model(await material.record(message.run));
  const { engine: name, backend } = engine.description;
  await sendMessages(material.ports, [
    {
      ...roundHeaders(message),
      kind: 'round.closed',
      roundStartedAtMs: message.roundStartedAtMs,
      ...roundSummary(answers, startedAtMs, endsAtMs),
      encoder: { engine: name, backend, fillTokens: engine.fillTokens },
      deliverAtMs: endsAtMs,
    },
  ]);
}

async function decideClosing(
  material: EncoderMaterial,
  { run, round }: RoundName,
  timeIsUp: boolean,
): Promise<Closing | undefined> {
  const { objects } = material.ports;
  if (!timeIsUp && (await material.missing.isStillMissing(run, round))) return undefined;
  const [plan, keys] = await Promise.all([
    material.cache.load(runKeys.plan(run, round), (bytes, name): Plan => decodeJson(planSchema, bytes, name)),
    objects.list(runKeys.answers(run, round)),
  ]);
  const answered = keys.map(deviceOfAnswerKey);
  if (answered.length < plan.selected.length && !timeIsUp) {
    material.missing.note(run, round, plan.selected, answered);
    return undefined;
  }
  const key = runKeys.closing(run, round);
  const closing: Closing = { round, answered: answered.sort((left, right) => left - right) };
  if (await objects.putIfAbsent(key, encodeJson(closing))) return closing;
  return decodeJson(closingSchema, await requireObject(objects, key), key);
}

/**
 * LoRA <- update(LoRA, 1/|S| times the sum of the gradients of those who answered), summed in device order and one
 * device at a time, while the next ones are read. Without an answer the checkpoint stays as it is.
 */
async function applyGradients(
  material: EncoderMaterial,
  { run, round }: RoundName,
  { answered }: Closing,
): Promise<readonly Answer[]> {
  const { objects, telemetry } = material.ports;
  const record = await material.record(run);
  const { optimizer, requestsInParallel } = record.config.server;
  const before = await material.checkpoint(run, round);
  const parameters = [...before.lora.values()].reduce((sum, { data }) => sum + data.length, 0);
  const { result } = await telemetry.measure(aggregateWork(parameters, answered.length), async () => {
    const mean = new TensorMean();
    const answers: Answer[] = [];
    const files = inOrder(answered, requestsInParallel, async (device) => {
      const key = runKeys.answer(run, round, device);
      return { key, bytes: await requireObject(objects, key) };
    });
    for await (const { key, bytes } of files) {
      const { tensors, metadata } = readSafetensors(bytes, `object ${key}`);
      mean.add(floatTensors(tensors, `object ${key}`));
      answers.push(decodeJson(answerSchema, new TextEncoder().encode(metadata.answer), key));
    }
    if (answers.length === 0) return { answers, after: before };
    const step = optimizerStep(optimizer, before.lora, mean.mean(), before.optimizerState);
    return { answers, after: { lora: step.parameters, optimizerState: step.state } };
  });
  await objects.putIfAbsent(runKeys.checkpoint(run, round + 1), writeCheckpoint(result.after));
  return result.answers;
}
