import { ConfigError, ModelError } from '#shared/errors.ts';
import type { ModelConfig } from './families/model-config.ts';
import { describeModel, familyOf, languageFamilies } from './families/registry.ts';
import { loraModules } from './lora/lora-modules.ts';
import type { LoraSettings } from './lora/settings.ts';
import type { ModelPart } from './split-model.ts';
import type { NamedTensors } from './tensor.ts';

/**
 * Kinds of features of a classification, the encoder's output of [hidden] values for each sequence:
 * - `pooled`: the pooler's output, tanh of a dense layer on the first token (the paper's choice);
 * - `first-token`: the last hidden state of the first token;
 * - `last-token`: that of the last token, which in a causal model alone has seen the whole sequence;
 * - `mean`: the mean of the last hidden states of real tokens.
 */
export const FEATURE_KINDS = ['pooled', 'first-token', 'last-token', 'mean'] as const;

/**
 * Kinds of features of every task. Language tasks have `tokens`: the hidden states of every token before the
 * model's final norm, [tokens of all sequences, hidden], without padding.
 */
export type FeatureKind = (typeof FEATURE_KINDS)[number] | 'tokens';

const POOLER = 'pooler.dense';

/** Whether these encoder tensors include a pooler. */
export function hasPooler(tensors: NamedTensors): boolean {
  return tensors.has(`${POOLER}.weight`) && tensors.has(`${POOLER}.bias`);
}

/**
 * Checks that a model has these features.
 *
 * @throws {@link ModelError} for `pooled` features of a model without a pooler, for the first token of a
 *   causal model, and for every token of a model that is no language model.
 */
export function requireFeatures(kind: FeatureKind, { config, tensors }: ModelPart): void {
  const isCausal = describeModel(config).layout.mask === 'causal';
  if (kind === 'pooled' && !hasPooler(tensors)) {
    throw new ModelError('is `pooled`, but the model has no trained pooler (pooler.dense).', {
      subject: 'setting features',
      remedy: isCausal
        ? 'Use `last-token` or `mean`.'
        : 'Use `first-token` or `mean`, or a model with a pooler.',
    });
  }
  if (kind === 'tokens' && familyOf(config).languageModel === undefined) {
    throw new ModelError(`is no language model: tokens of a ${config.family} see those after them.`, {
      subject: 'model',
      remedy: `Use a model of one of the types ${languageFamilies().join(', ')}, or --task text.`,
    });
  }
  if (kind === 'first-token' && isCausal) {
    throw new ModelError('is `first-token`, but the first token of a causal model sees no other token.', {
      subject: 'setting features',
      remedy: 'Use `last-token` or `mean`.',
    });
  }
}

/**
 * Checks that the features pass through every layer with LoRA.
 *
 * @throws {@link ConfigError} when LoRA is on the pooler but the features do not come from the pooler.
 */
export function requireTrainable(kind: FeatureKind, config: ModelConfig, lora: LoraSettings): void {
  if (kind === 'pooled') return;
  const isOnPooler = lora.targets.includes(POOLER) || loraModules(config, lora).some(isPooler);
  if (isOnPooler) {
    throw new ConfigError(`includes ${POOLER}, which features \`${kind}\` never pass through.`, {
      subject: 'setting LoRA targets',
      remedy:
        kind === 'tokens'
          ? 'Use --lora-targets all-linear, or names of layers.'
          : `Leave ${POOLER} out, or send \`pooled\` features.`,
    });
  }
}

function isPooler({ name }: { readonly name: string }): boolean {
  return name === POOLER;
}
