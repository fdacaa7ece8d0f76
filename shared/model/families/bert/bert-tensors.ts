import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { dense, layerNorm, type TensorShapes } from '#shared/model/tensor-shapes.ts';
import { bertLayout } from './bert-layout.ts';

/** Rows of each table of BERT's embedding module. */
export interface BertTableSizes {
  readonly words: number;
  readonly positions: number;
  readonly types: number;
  /** Values of a row: the hidden size, but for models that project. */
  readonly width: number;
}

/** Shapes of the tables of BERT's embedding module, and of its norm. */
export function bertTableShapes({ words, positions, types, width }: BertTableSizes): TensorShapes {
  return new Map([
    ['embeddings.word_embeddings.weight', [words, width]],
    ['embeddings.position_embeddings.weight', [positions, width]],
    ['embeddings.token_type_embeddings.weight', [types, width]],
    ...layerNorm('embeddings.LayerNorm', width),
  ]);
}

/** Tensors of BERT, and of what kept its form and names, without a pooler. */
export function bertTensorShapes(config: ModelConfig, tables: BertTableSizes): TensorShapes {
  return new Map([...bertTableShapes(tables), ...encoderShapes(bertLayout(config))]);
}

/** The tensors of a pooler, which a model may lack. */
export function poolerShapes({ hiddenSize }: ModelConfig): TensorShapes {
  return new Map(dense('pooler.dense', hiddenSize, hiddenSize));
}
