import * as z from 'zod';

/**
 * A positive integer: a width, or a number of tokens or pixels. It sizes arrays, so it has an upper bound far
 * above any existing model.
 */
export const count = z.int().positive().max(100_000_000);

/**
 * A number of layers. It is bounded because lists of tensor names are made from it before any tensor is read.
 */
export const layers = z.int().positive().max(10_000);

/** Fields that the config of every family has. */
export const COMMON_CONFIG = {
  hiddenSize: count,
  layerCount: layers,
  headCount: count,
  intermediateSize: count,
  layerNormEpsilon: z.number().positive(),
} as const;

/**
 * Configuration of a model. Each family adds its own fields; `describeModel` derives layout, input and
 * tensors from it.
 */
export interface ModelConfig {
  /** Name of the model's family: Hugging Face's `model_type`. */
  readonly family: string;
  readonly hiddenSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly intermediateSize: number;
  readonly layerNormEpsilon: number;
}
