import { exampleEmbedding } from '#functions/exchange/embed-examples.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import { exampleCount, rowsByLength } from '#shared/data/example-set.ts';
import { decodeShard } from '#shared/data/shard.ts';
import { type Head, initialHead, restoreHead } from '#shared/model/head/head.ts';
import { encoderForwardFlops } from '#shared/model/operation-count.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { readModelPart } from '#shared/model/split-model.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { preparedKeys, runKeys } from '#shared/protocol/keys.ts';
import type { MessageOf } from '#shared/protocol/message.ts';
import { commitSchema, type Evaluation } from '#shared/protocol/records.ts';
import { headForm, type RunRecord } from '#shared/protocol/run-record.ts';
import { decodeJson, encodeJson } from '#shared/protocol/stored-json.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { scoreHeads } from './score-heads.ts';

/** Sequences of a test batch: large enough to keep the engine busy, small enough for any memory. */
const TEST_BATCH = 32;

/**
 * Tests the model as it is after `message.round` rounds: features of the whole test set once, then every device's
 * own head on them. A measurement beside the algorithm: nothing of it goes back into training.
 */
export async function evaluate(material: EncoderMaterial, message: MessageOf<'evaluate'>): Promise<void> {
  const { objects } = material.ports;
  const { run, round: rounds } = message;
  const key = runKeys.evaluation(run, rounds);
  if ((await objects.get(key)) !== undefined) return;
  const record = await material.record(run);
  const { examples } = await material.cache.load(preparedKeys.testSet(record.prepared), decodeShard);
  const features = await testFeatures(material, record, rounds);
  const heads = await deviceHeads(material, record, rounds);
  const evaluation: Evaluation = {
    rounds,
    ...scoreHeads(features, examples.labels, heads, record.labelCounts),
  };
  await objects.putIfAbsent(key, encodeJson(evaluation));
}

/** Features of all test examples, [examples, hidden], in their order. */
async function testFeatures(material: EncoderMaterial, record: RunRecord, rounds: number): Promise<Tensor> {
  const { cache, ports } = material;
  const { hiddenSize } = record;
  const embedding = await cache.load(preparedKeys.deviceModel(record.prepared), (bytes, key) =>
    exampleEmbedding(readModelPart(bytes, key)),
  );
  const { examples } = await cache.load(preparedKeys.testSet(record.prepared), decodeShard);
  const { server, engine } = await material.model(record);
  const { lora } = await material.checkpoint(record.run, rounds);
  const count = exampleCount(examples);
  const features = new Float32Array(count * hiddenSize);
  // Sequences of like length together: little of a batch is padding.
  const order = rowsByLength(examples);
  for (let begin = 0; begin < count; begin += TEST_BATCH) {
    const rows = order.subarray(begin, begin + TEST_BATCH);
    const batch = embedding.embed(examples, rows);
    const [sequences, tokens] = batch.embeddings.shape;
    const flops = encoderForwardFlops(server.config, { sequences, tokens });
    const { result } = await ports.telemetry.measure({ stage: 'evaluate', flops, items: sequences }, () =>
      engine.infer(batch, lora),
    );
    rows.forEach((row, position) => {
      features.set(
        result.data.subarray(position * hiddenSize, (position + 1) * hiddenSize),
        row * hiddenSize,
      );
    });
  }
  return { shape: [count, hiddenSize], data: features };
}

/** Every device's newest head that counts after this many rounds. */
async function deviceHeads(
  material: EncoderMaterial,
  record: RunRecord,
  rounds: number,
): Promise<readonly Head[]> {
  const { settings, size } = headForm(record);
  const { objects } = material.ports;
  const fresh = initialHead(settings, size, record.config.seed);
  if (rounds === 0) return record.labelCounts.map(() => fresh);
  const commitKey = runKeys.commit(record.run, rounds - 1);
  const { headRounds } = decodeJson(commitSchema, await requireObject(objects, commitKey), commitKey);
  return Promise.all(
    headRounds.map(async (madeAfter, device) => {
      if (madeAfter === 0) return fresh;
      const key = runKeys.head(record.run, device, madeAfter);
      const { tensors } = readSafetensors(await requireObject(objects, key), `object ${key}`);
      return restoreHead(settings, size, floatTensors(tensors, `object ${key}`));
    }),
  );
}
