import { ConfigError, ModelError } from '#shared/errors.ts';
import type { NamedTensors } from './tensor.ts';

/**
 * Kinds of features, the encoder's output of [hidden] values for each sequence:
 * - `pooled`: the pooler's output, tanh of a dense layer on the first token (the paper's choice);
 * - `first-token`: the last hidden state of the first token;
 * - `mean`: the mean of the last hidden states of real tokens.
 */
export const FEATURE_KINDS = ['pooled', 'first-token', 'mean'] as const;

export type FeatureKind = (typeof FEATURE_KINDS)[number];

/** Whether these encoder tensors include a pooler. */
export function hasPooler(tensors: NamedTensors): boolean {
  return tensors.has('pooler.dense.weight') && tensors.has('pooler.dense.bias');
}

/** Throws a {@link ModelError} when `pooled` features are requested from a model without a pooler. */
export function requireFeatures(kind: FeatureKind, tensors: NamedTensors): void {
  if (kind === 'pooled' && !hasPooler(tensors)) {
    throw new ModelError('is `pooled`, but the model has no trained pooler (pooler.dense).', {
      subject: 'setting features',
      remedy: 'Use `first-token` or `mean`, or a model with a pooler.',
    });
  }
}

/** Throws a {@link ConfigError} when LoRA is on the pooler but the features do not come from the pooler. */
export function requireTrainable(kind: FeatureKind, targets: readonly string[]): void {
  if (kind !== 'pooled' && targets.includes('pooler.dense')) {
    throw new ConfigError(`includes pooler.dense, which features \`${kind}\` never pass through.`, {
      subject: 'setting LoRA targets',
      remedy: 'Leave pooler.dense out, or send `pooled` features.',
    });
  }
}
