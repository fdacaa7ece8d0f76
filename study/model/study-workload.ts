import type { LegBits, Workload } from '../../emulator/modelled/workload.ts';
import { encoderBackwardFlops, encoderForwardFlops } from '../../shared/model/operation-count.ts';
import type { StudySettings } from '../settings/study-schema.ts';

/** Values are computed and stored in single precision, whatever the radio carries. */
const BYTES_PER_VALUE = 4;

/** What the three legs carry for one device, bits. */
export function legBits({ model, training, transport }: StudySettings): LegBits {
  const features = training.batchSize * model.hiddenSize * transport.bitsPerValue;
  return { embeddings: features * model.maxTokens, features, gradients: features };
}

/** LoRA's parameters: A and B on query, key and value of every layer and on the pooler's dense layer. */
export function loraParameterCount({ hiddenSize, layerCount, loraRank }: StudySettings['model']): number {
  return (3 * layerCount + 1) * 2 * hiddenSize * loraRank;
}

/** What a round asks of the cloud; operations are counted as the handlers count them. */
export function studyWorkload(settings: StudySettings): Workload {
  const { model, training, transport, devices } = settings;
  const { batchSize } = training;
  const extent = { sequences: batchSize, tokens: model.maxTokens };
  const values = batchSize * model.maxTokens * model.hiddenSize;
  const headParameters = (model.hiddenSize + 1) * model.labelCount;
  const loraParameters = loraParameterCount(model);
  return {
    legBits: legBits(settings),
    bytes: {
      shard: training.shardExamples * model.maxTokens * BYTES_PER_VALUE,
      embeddings: values * BYTES_PER_VALUE,
      features: batchSize * model.hiddenSize * BYTES_PER_VALUE,
      head: headParameters * BYTES_PER_VALUE,
      answer: loraParameters * BYTES_PER_VALUE,
    },
    inlineBytes: transport.inlineBytes,
    tokens: batchSize * model.maxTokens,
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
