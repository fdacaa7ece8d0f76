import { dense, layerNorm, type TensorShapes } from '#shared/model/tensor-shapes.ts';
import type { BertConfig } from './bert-config.ts';

function encoderLayer(layer: string, hidden: number, intermediate: number): [string, readonly number[]][] {
  return [
    ...dense(`${layer}.attention.self.query`, hidden, hidden),
    ...dense(`${layer}.attention.self.key`, hidden, hidden),
    ...dense(`${layer}.attention.self.value`, hidden, hidden),
    ...dense(`${layer}.attention.output.dense`, hidden, hidden),
    ...layerNorm(`${layer}.attention.output.LayerNorm`, hidden),
    ...dense(`${layer}.intermediate.dense`, hidden, intermediate),
    ...dense(`${layer}.output.dense`, intermediate, hidden),
    ...layerNorm(`${layer}.output.LayerNorm`, hidden),
  ];
}

/** Tensors every BERT has. */
export function bertTensorShapes(config: BertConfig): TensorShapes {
  const { hiddenSize: hidden, intermediateSize: intermediate } = config;
  const layers = Array.from({ length: config.layerCount }, (_, index) =>
    encoderLayer(`encoder.layer.${index}`, hidden, intermediate),
  );
  return new Map([
    ['embeddings.word_embeddings.weight', [config.vocabularySize, hidden]],
    ['embeddings.position_embeddings.weight', [config.maximumTokens, hidden]],
    ['embeddings.token_type_embeddings.weight', [config.tokenTypeCount, hidden]],
    ...layerNorm('embeddings.LayerNorm', hidden),
    ...layers.flat(),
  ]);
}

/** The pooler's tensors, which a BERT may lack. */
export function bertPoolerShapes(config: BertConfig): TensorShapes {
  return new Map(dense('pooler.dense', config.hiddenSize, config.hiddenSize));
}
