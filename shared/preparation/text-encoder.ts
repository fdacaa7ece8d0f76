import type { RunConfig } from '#shared/config/run-config.ts';
import { loadTextTokenizer, type TextTokenizer } from '#shared/data/text/tokenizer.ts';
import { ConfigError, ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { TextInput } from '#shared/model/families/model-input.ts';
import { describeModel } from '#shared/model/families/registry.ts';

/** A task of texts. */
interface TextInputs {
  readonly name: string;
  /** Whether each row is a pair of texts; otherwise it is one text. */
  readonly pairs: boolean;
}

/**
 * Loads the tokenizer of a run's model and checks that it fits the model and the task.
 *
 * @throws ConfigError if data and model do not match; ModelError if the tokenizer does not fit the model
 */
export async function textEncoder(
  config: RunConfig,
  model: ModelConfig,
  task: TextInputs,
): Promise<TextTokenizer> {
  const { input } = describeModel(model);
  if (input.kind !== 'text') {
    throw new ConfigError(`task ${task.name} does not fit a ${model.family} model.`, {
      subject: 'data.task',
      remedy: 'Choose a text task for a model of texts and an image task for one of images.',
    });
  }
  const { maxTokens } = config.data;
  if (maxTokens > input.maximumTokens) {
    throw new ConfigError(`${maxTokens} is more than the model's ${input.maximumTokens} positions.`, {
      subject: 'data.maxTokens',
      remedy: `Use at most ${input.maximumTokens}.`,
    });
  }
  const { directory } = config.model;
  const tokenizer = await loadTextTokenizer(directory);
  requireVocabulary(tokenizer, input, directory);
  if (task.pairs) requirePairs(tokenizer, input, directory);
  return tokenizer;
}

function requireVocabulary(tokenizer: TextTokenizer, input: TextInput, directory: string): void {
  if (tokenizer.vocabularySize <= input.vocabularySize) return;
  throw new ModelError(
    `the tokenizer knows ${tokenizer.vocabularySize} tokens, the model ${input.vocabularySize}.`,
    { subject: directory, remedy: 'Use the tokenizer files that came with the model.' },
  );
}

/** Checks that the model has the token types that the tokenizer gives to the two texts of a pair. */
function requirePairs(tokenizer: TextTokenizer, { tokenTypeCount }: TextInput, directory: string): void {
  if (tokenTypeCount === undefined) return;
  const { tokenTypes } = tokenizer.encode('a', 'a', Number.MAX_SAFE_INTEGER);
  const largest = tokenTypes.reduce((most, type) => Math.max(most, type), 0);
  if (largest < tokenTypeCount) return;
  throw new ModelError(
    `the tokenizer marks the second text of a pair with token type ${largest}, the model knows types 0 to ${tokenTypeCount - 1}.`,
    { subject: directory, remedy: 'Use a model that was trained on pairs, or a task of single texts.' },
  );
}
