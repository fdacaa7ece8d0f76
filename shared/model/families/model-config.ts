import * as z from 'zod';

/** A whole number of widths, tokens or pixels. Arrays are sized by it, so it is bounded well above any model there is. */
export const count = z.int().positive().max(100_000_000);

/** A number of layers. Lists of tensors are made by it before any tensor is looked at. */
export const layers = z.int().positive().max(10_000);

/** What every family says of a model, in the project's own words. */
export const COMMON_CONFIG = {
  hiddenSize: count,
  layerCount: layers,
  headCount: count,
  intermediateSize: count,
  layerNormEpsilon: z.number().positive(),
} as const;

/** What is known of a model besides its weights. A family's own config says more; `describeModel` makes it of use. */
export interface ModelConfig {
  /** Name of the model's family: Hugging Face's `model_type`. */
  readonly family: string;
  readonly hiddenSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly intermediateSize: number;
  readonly layerNormEpsilon: number;
}
