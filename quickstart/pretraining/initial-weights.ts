import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { elementCount, type NamedTensors } from '#shared/model/tensor.ts';
import { randomStream } from '#shared/random/random-stream.ts';

/** Layers only pre-training needs: masked words told from their positions, and from the pooled output. */
export function pretrainingHeadShapes(config: BertConfig): ReadonlyMap<string, readonly number[]> {
  const hidden = config.hiddenSize;
  return new Map<string, readonly number[]>([
    ['cls.predictions.transform.dense.weight', [hidden, hidden]],
    ['cls.predictions.transform.dense.bias', [hidden]],
    ['cls.predictions.transform.LayerNorm.weight', [hidden]],
    ['cls.predictions.transform.LayerNorm.bias', [hidden]],
    ['cls.predictions.bias', [config.vocabularySize]],
    ['cls.summary.weight', [config.vocabularySize, hidden]],
    ['cls.summary.bias', [config.vocabularySize]],
  ]);
}

/** First weights of the model and of the pre-training layers: LayerNorms 1, biases 0, everything else normal. */
export function initialWeights(config: BertConfig, seed: number, deviation: number): NamedTensors {
  const shapes = new Map([
    ...describeModel(config).tensors(),
    ...describeModel(config).poolerTensors(),
    ...pretrainingHeadShapes(config),
  ]);
  return new Map(
    [...shapes].map(([name, shape], index) => {
      const stream = randomStream(seed, 'pretraining', 0, index);
      const draw = () => {
        if (name.endsWith('bias')) return 0;
        return name.endsWith('LayerNorm.weight') ? 1 : deviation * stream.normal();
      };
      return [name, { shape, data: Float32Array.from({ length: elementCount(shape) }, draw) }];
    }),
  );
}
