import { roundHeaders } from '#functions/exchange/reply-headers.ts';
import { sendReplies } from '#functions/exchange/send-message.ts';
import { inOrder } from '#shared/cloud/in-order.ts';
import { clipGradients } from '#shared/model/optimizer/clip-gradients.ts';
import { optimizerStep } from '#shared/model/optimizer/optimizer.ts';
import { stepByPlugin } from '#shared/model/optimizer/plugin/step-by-plugin.ts';
import { scheduleFactor } from '#shared/model/optimizer/schedule.ts';
import { TensorMean } from '#shared/model/tensor-mean.ts';
import { deviceOfAnswerKey, runKeys } from '#shared/protocol/keys.ts';
import { dueAfter, type Message, type MessageOf } from '#shared/protocol/message.ts';
import type { Answer, Answered, Closing } from '#shared/protocol/records.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';
import { weighsGradients } from '#shared/scheduling/plugin/policy-choice.ts';
import { aggregateWork } from '#shared/workload/work.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { roundSummary } from './round-summary.ts';

type RoundName = Pick<Message, 'run' | 'round'>;

/** A message that may close its round. */
export type RoundMessage = MessageOf<'encoder.gradients' | 'encoder.close-round'>;

/** True when the round's closing is stored, which decides the answers that count. */
export function isClosed(store: RunStore, { run, round }: RoundName): Promise<boolean> {
  return store.closing(run, round).exists();
}

/**
 * Closes a round when every scheduled device has answered or the deadline has passed. A conditional put
 * decides which answers count. All later steps follow from this decision and can be repeated.
 */
export async function closeRound(
  material: EncoderMaterial,
  message: RoundMessage,
  timeIsUp: boolean,
): Promise<void> {
  const { run, round } = message;
  const [committed, earlier] = await Promise.all([
    material.store.commit(run, round).exists(),
    material.store.closing(run, round).read(),
  ]);
  // After the commit of a round, its answers may have been deleted.
  if (committed) return;
  // The deadline does not close a round of a failed run, so on every host the run keeps the state before the
  // round.
  if (timeIsUp && (await material.store.failure(run, message.epoch).exists())) return;
  const closing = earlier ?? (await decideClosing(material, message, timeIsUp));
  if (closing === undefined) return;
  const startedAtMs = material.ports.clock.nowMs();
  const answers = await applyGradients(material, message, closing);
  await storeAnswered(material, message, answers);
  const endsAtMs = material.ports.clock.nowMs();
  const record = await material.record(message.run);
  const { engine } = await material.model(record);
  const { engine: name, backend } = engine.description;
  await sendReplies(material.ports, record, message, [
    {
      ...roundHeaders(message),
      kind: 'round.closed',
      roundStartedAtMs: message.roundStartedAtMs,
      ...roundSummary(answers, startedAtMs, endsAtMs),
      // A regression has no accuracy.
      ...(record.score === undefined ? {} : { trainAccuracy: null }),
      encoder: { engine: name, backend, fillTokens: engine.fillTokens },
      ...dueAfter(endsAtMs, 0),
    },
  ]);
}

/** Stores loss and gradient norm of each answer for the commit. Repeated writes have the same bytes. */
async function storeAnswered(
  { store }: EncoderMaterial,
  { run, round }: RoundName,
  answers: readonly Answer[],
): Promise<void> {
  const answered: Answered = {
    round,
    devices: answers.map(({ device }) => device),
    losses: answers.map(({ loss }) => loss),
    gradientNorms: answers.map(({ gradientNorm }) => gradientNorm),
  };
  await store.answered(run, round).decide(answered);
}

/** Decides which answers count in the round; undefined if answers are missing before the deadline. */
async function decideClosing(
  { cache, missing, store, ports: { objects } }: EncoderMaterial,
  { run, round }: RoundName,
  timeIsUp: boolean,
): Promise<Closing | undefined> {
  if (!timeIsUp && (await missing.isStillMissing(run, round))) return undefined;
  const [{ selected }, keys] = await Promise.all([
    cache.loadRecord(store.plan(run, round)),
    objects.list(runKeys.answers(run, round)),
  ]);
  const isSelected = new Set(selected);
  const answered = keys
    .map(deviceOfAnswerKey)
    .filter((device) => isSelected.has(device))
    .sort((left, right) => left - right);
  if (answered.length < selected.length && !timeIsUp) {
    missing.note(run, round, selected, answered);
    return undefined;
  }
  return store.closing(run, round).decide({ round, answered });
}

/**
 * LoRA <- update(LoRA, G), where G is the mean of the LoRA gradients of the devices that answered, or the sum
 * of these gradients with the weights of the plan. Gradients are summed one at a time in device order while
 * the next ones are read. Without answers, LoRA and optimiser state do not change.
 */
async function applyGradients(
  material: EncoderMaterial,
  { run, round }: RoundName,
  { answered }: Closing,
): Promise<readonly Answer[]> {
  const { store, ports } = material;
  const record = await material.record(run);
  const { scheduling, server, training } = record.config;
  const { optimizer, schedule, clipNorm, requestsInParallel } = server;
  const before = await material.checkpoint(run, round);
  const weightOf = weighsGradients(scheduling.policy)
    ? await planWeights(material, { run, round })
    : undefined;
  const parameters = [...before.lora.values()].reduce((sum, { data }) => sum + data.length, 0);
  const { result } = await ports.telemetry.measure(aggregateWork(parameters, answered.length), async () => {
    const mean = new TensorMean();
    const answers: Answer[] = [];
    const stored = inOrder(answered, requestsInParallel, (device) =>
      store.answer(run, round, device).require(),
    );
    for await (const { answer, loraGradient } of stored) {
      mean.add(loraGradient, weightOf?.get(answer.device));
      answers.push(answer);
    }
    if (answers.length === 0) return { answers, after: before };
    const gradient = clipGradients(mean.mean(), clipNorm);
    const factor = scheduleFactor(schedule, round, training.rounds);
    const step =
      typeof optimizer === 'string'
        ? await stepByPlugin(await material.optimizer(record, optimizer), {
            round,
            rounds: training.rounds,
            scheduleFactor: factor,
            parameters: before.lora,
            gradients: gradient,
            state: before.optimizerState,
          })
        : optimizerStep(
            { ...optimizer, learningRate: optimizer.learningRate * factor },
            before.lora,
            gradient,
            before.optimizerState,
          );
    return { answers, after: { lora: step.parameters, optimizerState: step.state } };
  });
  await store.checkpoint(run, round + 1).decide(result.after);
  return result.answers;
}

/** Weight of each scheduled device's gradient; undefined where all weights are equal. */
async function planWeights(
  { cache, store }: EncoderMaterial,
  { run, round }: RoundName,
): Promise<ReadonlyMap<number, number> | undefined> {
  const { selected, weights } = await cache.loadRecord(store.plan(run, round));
  return weights === null ? undefined : new Map(selected.map((device, index) => [device, weights[index]]));
}
