import type { LegBits, Workload } from '#emulator/modelled/workload.ts';
import { encoderBackwardFlops, encoderForwardFlops } from '#shared/model/operation-count.ts';
import { transportedBits } from '#shared/model/transport/transported-bits.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';

/** Values are computed and kept in single precision, whatever the radio carries. */
const BYTES_PER_VALUE = 4;

/** What the three legs carry for one device, bits. */
export function legBits({ model, data, training, transport }: StudySettings): LegBits {
  const { batchSize } = training;
  const { hiddenSize } = model;
  const features = transportedBits([batchSize, hiddenSize], transport.bitsPerValue);
  const embeddings = transportedBits([batchSize, data.maxTokens, hiddenSize], transport.bitsPerValue);
  return { embeddings, features, gradients: features };
}

/** LoRA's parameters: A and B on each target of every layer, and on the pooler's dense layer where it is one. */
export function loraParameterCount({ model, lora }: Pick<StudySettings, 'model' | 'lora'>): number {
  const projections = lora.targets.filter((target) => target !== 'pooler.dense').length;
  const poolers = lora.targets.length - projections;
  return (projections * model.layerCount + poolers) * 2 * model.hiddenSize * lora.rank;
}

/** A head's parameters: one dense layer, or a hidden one before it. */
function headParameterCount({ model, data, head }: StudySettings): number {
  const dense = (inputs: number, outputs: number) => (inputs + 1) * outputs;
  return head.hiddenSize === 0
    ? dense(model.hiddenSize, data.labelCount)
    : dense(model.hiddenSize, head.hiddenSize) + dense(head.hiddenSize, data.labelCount);
}

/** Shards that a warm function keeps, bytes. */
const SHARD_CACHE_BYTES = 256 * 1024 * 1024;

/** What a round asks of the cloud; operations are counted as the handlers count them. */
export function studyWorkload(settings: StudySettings): Workload {
  const { model, data, training, transport } = settings;
  const { batchSize, devices } = training;
  const tokens = data.meanTokens ?? data.maxTokens;
  const extent = { sequences: batchSize, tokens };
  const values = batchSize * tokens * model.hiddenSize;
  const headParameters = headParameterCount(settings);
  const loraParameters = loraParameterCount(settings);
  const shard = data.shardExamples * tokens * BYTES_PER_VALUE;
  const legs = legBits(settings);
  return {
    legBits: legs,
    bytes: {
      shard,
      embeddings: transportedBits([batchSize, tokens, model.hiddenSize], transport.bitsPerValue) / 8,
      features: legs.features / 8,
      head: headParameters * BYTES_PER_VALUE,
      answer: loraParameters * BYTES_PER_VALUE,
    },
    shardMisses: Math.max(0, 1 - SHARD_CACHE_BYTES / (shard * devices)),
    inlineBytes: transport.inlineBytes,
    tokens: batchSize * tokens,
    embed: { stage: 'embed', flops: 10 * values, items: batchSize },
    forward: { stage: 'forward', flops: encoderForwardFlops(model, extent), items: batchSize },
    head: { stage: 'head', flops: 6 * batchSize * headParameters, items: batchSize },
    backward: { stage: 'backward', flops: encoderBackwardFlops(model, extent), items: batchSize },
    schedule: { stage: 'schedule', flops: 200 * devices, items: devices },
    aggregate: (answered) => ({
      stage: 'aggregate',
      flops: loraParameters * (answered + 10),
      items: answered,
    }),
  };
}
