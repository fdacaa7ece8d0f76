import * as z from 'zod';

/** A whole number of layers, widths or tokens. */
export const count = z.int().positive();

/** What every family says of a model, in the project's own words. */
export const COMMON_CONFIG = {
  hiddenSize: count,
  layerCount: count,
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
