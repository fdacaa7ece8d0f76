import { type DeviceModel, readDeviceModel } from '#functions/exchange/device-model.ts';
import { roundHeaders } from '#functions/exchange/reply-headers.ts';
import { requireFiniteLoss } from '#functions/exchange/require-finite.ts';
import { sendReplies } from '#functions/exchange/send-message.ts';
import { inOrder } from '#shared/cloud/in-order.ts';
import { exampleCount, rowsByLength } from '#shared/data/example-set.ts';
import { decodeShard } from '#shared/data/shard.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { firstNotFinite } from '#shared/model/first-not-finite.ts';
import { type Head, initialHead, restoreHead } from '#shared/model/head/head.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { preparedKeys } from '#shared/protocol/keys.ts';
import { dueAfter, type MessageOf } from '#shared/protocol/message.ts';
import type { Evaluation } from '#shared/protocol/records.ts';
import { headForm, type RunRecord } from '#shared/protocol/run-record.ts';
import { reachesTarget, waitsForTest } from '#shared/protocol/test-target.ts';
import { encoderForwardFlops } from '#shared/workload/operation-count.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { scoreHeads } from './score-heads.ts';
import { scoreLanguage, scoreOwnLanguageHeads } from './score-language.ts';
import { scoreRegressionHeads } from './score-regression.ts';

/**
 * Number of sequences in a test batch: enough to use the engine fully, and few enough to need little memory.
 */
const TEST_BATCH = 32;

/**
 * Tests the model after `message.round` rounds: computes the features of the whole test set once, then scores
 * every device's own head on them. In language tasks it scores one averaged head, batch by batch, unless
 * devices train the output matrix. The result changes no parameters, but a run with a target ends when the
 * test reaches it.
 */
export async function evaluate(material: EncoderMaterial, message: MessageOf<'evaluate'>): Promise<void> {
  const { run, round: rounds } = message;
  const stored = material.store.evaluation(run, rounds);
  const record = await material.record(run);
  const earlier = await stored.read();
  const evaluation = earlier ?? (await stored.decide(await testModel(material, record, rounds)));
  if (waitsForTest(record, rounds) && !reachesTarget(record, evaluation)) {
    await startNextRound(material, record, message);
  }
}

/** Starts the round that waits for a test. Starting a round again has no effect. */
async function startNextRound(
  { ports, store }: EncoderMaterial,
  record: RunRecord,
  message: MessageOf<'evaluate'>,
): Promise<void> {
  if (message.round >= record.config.training.rounds) return;
  // A test of an earlier epoch is valid, but the next messages must belong to the current epoch.
  const { status, epoch } = await store.control(record.run).require();
  if (status === 'stopped') return;
  const due = dueAfter(ports.clock.nowMs(), 0);
  await sendReplies(ports, record, message, [
    { ...roundHeaders(message), epoch, kind: 'round.start', ...due },
  ]);
}

async function testModel(material: EncoderMaterial, record: RunRecord, rounds: number): Promise<Evaluation> {
  const { examples } = await material.cache.load(preparedKeys.testSet(record.prepared), decodeShard);
  if (record.finalNorm !== undefined && examples.kind === 'tokens') {
    const model = await deviceModel(material, record);
    const infer = await testEngine(material, record, rounds);
    if (record.vocabularySize === undefined) {
      const heads = await deviceHeads(material, record, rounds);
      return { rounds, ...(await scoreLanguage(model, examples, heads, infer)) };
    }
    const heads = () => headsInOrder(material, record, rounds, 1);
    return { rounds, ...(await scoreOwnLanguageHeads(model, examples, heads, infer)) };
  }
  const heads = await deviceHeads(material, record, rounds);
  const features = await testFeatures(material, record, rounds);
  const { score } = record;
  const scores =
    score === undefined || examples.scores === undefined
      ? scoreHeads(features, examples.labels, heads, record.labelCounts)
      : scoreRegressionHeads(features, examples.scores, heads, score);
  const part = firstNotFinite(features.data) < 0 ? 'head' : 'lora';
  for (const [device, loss] of scores.deviceLoss.entries()) {
    requireFiniteLoss(`the test loss of device ${device}`, loss, part);
  }
  return { rounds, ...scores };
}

/** Features of all test examples in their order, [examples, hidden]. */
async function testFeatures(material: EncoderMaterial, record: RunRecord, rounds: number): Promise<Tensor> {
  const { hiddenSize } = record;
  const { embedding } = await deviceModel(material, record);
  const { examples } = await material.cache.load(preparedKeys.testSet(record.prepared), decodeShard);
  const infer = await testEngine(material, record, rounds);
  const count = exampleCount(examples);
  const features = new Float32Array(count * hiddenSize);
  // Batches hold sequences of similar length, so that they contain little padding.
  const order = rowsByLength(examples);
  for (let begin = 0; begin < count; begin += TEST_BATCH) {
    const rows = order.subarray(begin, begin + TEST_BATCH);
    const result = await infer(embedding.embed(examples, rows));
    rows.forEach((row, position) => {
      features.set(
        result.data.subarray(position * hiddenSize, (position + 1) * hiddenSize),
        row * hiddenSize,
      );
    });
  }
  return { shape: [count, hiddenSize], data: features };
}

/**
 * Returns a function that runs the encoder with the LoRA after this many rounds, and measures it as stage
 * `evaluate`.
 */
async function testEngine(
  material: EncoderMaterial,
  record: RunRecord,
  rounds: number,
): Promise<(batch: EmbeddedBatch) => Promise<Tensor>> {
  const { server, engine } = await material.model(record);
  const { lora } = await material.checkpoint(record.run, rounds);
  return async (batch) => {
    const [sequences, tokens] = batch.embeddings.shape;
    const flops = encoderForwardFlops(server.config, { sequences, tokens });
    const { result } = await material.ports.telemetry.measure(
      { stage: 'evaluate', flops, items: sequences },
      () => engine.infer(batch, lora),
    );
    return result;
  };
}

function deviceModel({ cache }: EncoderMaterial, record: RunRecord): Promise<DeviceModel> {
  return cache.load(preparedKeys.deviceModel(record.prepared), readDeviceModel);
}

/** Each device's newest committed head after this many rounds. */
async function deviceHeads(
  material: EncoderMaterial,
  record: RunRecord,
  rounds: number,
): Promise<readonly Head[]> {
  const heads: Head[] = [];
  const { requestsInParallel } = record.config.server;
  for await (const head of headsInOrder(material, record, rounds, requestsInParallel)) heads.push(head);
  return heads;
}

/**
 * The same, one after the other. Devices without a head of their own have the same initial head.
 *
 * @param inFlight Heads that are read ahead.
 */
async function* headsInOrder(
  material: EncoderMaterial,
  record: RunRecord,
  rounds: number,
  inFlight: number,
): AsyncGenerator<Head> {
  const { settings, size } = headForm(record);
  const { store } = material;
  const pretrained =
    settings.kind === 'language' ? (await deviceModel(material, record)).pretrainedHead : undefined;
  const fresh = initialHead(settings, size, record.config.seed, pretrained);
  const headRounds =
    rounds === 0
      ? record.labelCounts.map(() => 0)
      : (await store.commit(record.run, rounds - 1).require()).headRounds;
  yield* inOrder(headRounds, inFlight, async (madeAfter, device) => {
    if (madeAfter === 0) return fresh;
    return restoreHead(settings, size, await store.head(record.run, device, madeAfter).require());
  });
}
