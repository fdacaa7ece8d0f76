import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { dense, layerNorm, type TensorShapes } from '#shared/model/tensor-shapes.ts';
import { bertLayout } from './bert-layout.ts';

/** Sizes of the tables of BERT's embedding module: the rows of each, and the values per row. */
export interface BertTableSizes {
  readonly words: number;
  readonly positions: number;
  readonly types: number;
  /** Values per row: the hidden size, except in models that project embeddings. */
  readonly width: number;
}

/** Shapes of the tables and the norm of BERT's embedding module. */
export function bertTableShapes({ words, positions, types, width }: BertTableSizes): TensorShapes {
  return new Map([
    ['embeddings.word_embeddings.weight', [words, width]],
    ['embeddings.position_embeddings.weight', [positions, width]],
    ['embeddings.token_type_embeddings.weight', [types, width]],
    ...layerNorm('embeddings.LayerNorm', width),
  ]);
}

/** Tensor shapes of BERT and of families with the same form and tensor names, without a pooler. */
export function bertTensorShapes(config: ModelConfig, tables: BertTableSizes): TensorShapes {
  return new Map([...bertTableShapes(tables), ...encoderShapes(bertLayout(config))]);
}

/** Tensor shapes of a pooler, which a model may lack. */
export function poolerShapes({ hiddenSize }: ModelConfig): TensorShapes {
  return new Map(dense('pooler.dense', hiddenSize, hiddenSize));
}
