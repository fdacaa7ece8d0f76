import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { PreparedImages } from '#shared/model/families/parts/prepared-images.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import type { ModelConfig } from './model-config.ts';

/** A mini-batch of token sequences, padded at the end to the same length. */
export interface TokenBatch {
  /** Token ids, [batch, tokens] row-major. */
  readonly tokenIds: Int32Array;
  /** Token types, [batch, tokens]: which sentence of a pair each token belongs to. */
  readonly tokenTypeIds: Int32Array;
  /** Number of real tokens of each sequence, [batch]. */
  readonly lengths: Int32Array;
}

/** A batch of unscaled images of the same size. */
export interface ImageBatch {
  /** [images, channels, height, width] */
  readonly shape: readonly [number, number, number, number];
  /** Grey levels 0-255 in the order of `shape`. */
  readonly pixels: Uint8Array;
}

/** Device part of a text model: computes the embedding output from token ids. */
export type TokenEmbedding = (batch: TokenBatch) => EmbeddedBatch;

/** Device part of an image model: computes the embedding output from pixels. */
export type ImageEmbedding = (images: ImageBatch) => EmbeddedBatch;

/**
 * Floating point operations per value of a token embedding: a look-up in each table, their sum, and a
 * LayerNorm.
 */
export const TOKEN_FLOPS_PER_VALUE = 10;

interface EmbeddingCost {
  /** Floating point operations per value of the embedding output. */
  readonly flopsPerValue: number;
}

/** Input of a text model. */
export interface TextInput extends EmbeddingCost {
  readonly kind: 'text';
  readonly vocabularySize: number;
  /** Number of tokens of the longest sequence that the model accepts. */
  readonly maximumTokens: number;
  /**
   * Number of token types that the model has: types 0 to this number - 1. Undefined for a model that gets no
   * token types.
   */
  readonly tokenTypeCount: number | undefined;
  /**
   * Makes the embedding module from the device part's tensors. Throws a ModelError with the name of a missing
   * tensor.
   */
  embedding(tensors: NamedTensors): TokenEmbedding;
}

/** Input of an image model. */
export interface ImageInput extends EmbeddingCost {
  readonly kind: 'image';
  /** Number of tokens of each image inside the encoder. */
  readonly tokens: number;
  /** Size of the images, and their preparation. */
  readonly images: PreparedImages;
  /**
   * Name of the table of learned positions, [1, tokens, hidden]: those of the learned tokens, then those of
   * the patches, row by row.
   */
  readonly positions: string;
  /** The model's config for images of another size, a multiple of the patch size. */
  atImageSize(imageSize: number): ModelConfig;
  embedding(tensors: NamedTensors): ImageEmbedding;
}

export type ModelInput = TextInput | ImageInput;
