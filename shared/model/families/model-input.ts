import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';

/** A mini-batch of token sequences, padded at their ends to one length. */
export interface TokenBatch {
  /** Token ids, [batch, tokens] row-major. */
  readonly tokenIds: Int32Array;
  /** Which of a pair's sentences each token belongs to, [batch, tokens]. */
  readonly tokenTypeIds: Int32Array;
  /** Number of real tokens of each sequence, [batch]. */
  readonly lengths: Int32Array;
}

/** Images of one size as they are stored. */
export interface ImageBatch {
  /** [images, channels, height, width] */
  readonly shape: readonly [number, number, number, number];
  /** Grey levels 0-255 in the order of `shape`. */
  readonly pixels: Uint8Array;
}

/** The device's part of a model of texts: token ids to embedding output. */
export type TokenEmbedding = (batch: TokenBatch) => EmbeddedBatch;

/** The device's part of a model of images: pixels to embedding output. */
export type ImageEmbedding = (images: ImageBatch) => EmbeddedBatch;

/** Operations for each value of an embedding of tokens: a look-up in each table, their sum, and a LayerNorm. */
export const TOKEN_FLOPS_PER_VALUE = 10;

interface EmbeddingCost {
  /** Floating point operations for each value of the embedding output. */
  readonly flopsPerValue: number;
}

/** What a model of texts takes. */
export interface TextInput extends EmbeddingCost {
  readonly kind: 'text';
  readonly vocabularySize: number;
  /** Tokens of the longest sequence. */
  readonly maximumTokens: number;
  /** Token types that are known, the first being 0; undefined for a model that is not told them. */
  readonly tokenTypeCount: number | undefined;
  /** The embedding module from the device's tensors. Throws a ModelError naming one that is missing. */
  embedding(tensors: NamedTensors): TokenEmbedding;
}

/** What a model of images takes. */
export interface ImageInput extends EmbeddingCost {
  readonly kind: 'image';
  /** Tokens of every image inside the encoder. */
  readonly tokens: number;
  embedding(tensors: NamedTensors): ImageEmbedding;
}

export type ModelInput = TextInput | ImageInput;
