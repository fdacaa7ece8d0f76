import type { RunConfig } from '#shared/config/run-config.ts';
import { type Dataset, openDataset } from '#shared/data/dataset.ts';
import type { ExampleSet } from '#shared/data/example-set.ts';
import { collectImages } from '#shared/data/image/collect-images.ts';
import type { Split } from '#shared/data/task.ts';
import { findTask } from '#shared/data/task-registry.ts';
import { encodeTextDataset } from '#shared/data/text/encode-dataset.ts';
import { loadTextTokenizer, type TextTokenizer } from '#shared/data/text/tokenizer.ts';
import { ConfigError, DataError, ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { TextInput } from '#shared/model/families/model-input.ts';
import { describeModel } from '#shared/model/families/registry.ts';

/** A task's examples as the model takes them. */
export interface TaskExamples {
  readonly labelNames: readonly string[];
  readonly train: ExampleSet;
  readonly test: ExampleSet;
}

/**
 * Reads both splits of a run's data set and encodes them for its model.
 *
 * @throws DataError naming the file, and the row, that cannot be read; ConfigError when data and model do not match.
 */
export async function loadExamples(config: RunConfig, model: ModelConfig): Promise<TaskExamples> {
  const dataset = await openDataset(findTask(config.data.task), config.data.directory);
  const encode = await exampleEncoder(config, model, dataset);
  const train = await encode('train', config.data.trainExamples);
  const test = await encode('test', config.data.testExamples);
  for (const [split, set] of Object.entries({ train, test })) {
    if (set.labels.length === 0) {
      throw new DataError(`the ${split} split has no examples.`, { subject: config.data.directory });
    }
  }
  return { labelNames: dataset.task.labelNames, train, test };
}

type ExampleEncoder = (split: Split, limit: number | undefined) => Promise<ExampleSet>;

async function exampleEncoder(
  config: RunConfig,
  model: ModelConfig,
  dataset: Dataset,
): Promise<ExampleEncoder> {
  const { input } = describeModel(model);
  if (dataset.kind === 'image' && input.kind === 'image') {
    return (split, limit) => collectImages(dataset.examples(split), dataset.task.imageShape, limit);
  }
  if (dataset.kind !== 'text' || input.kind !== 'text') {
    throw new ConfigError(`task ${dataset.task.name} does not fit a ${model.family} model.`, {
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
  if (dataset.task.pairs) requirePairs(tokenizer, input, directory);
  return (split, limit) => encodeTextDataset(dataset.examples(split), tokenizer, { maxTokens, limit });
}

function requireVocabulary(tokenizer: TextTokenizer, input: TextInput, directory: string): void {
  if (tokenizer.vocabularySize <= input.vocabularySize) return;
  throw new ModelError(
    `the tokenizer knows ${tokenizer.vocabularySize} tokens, the model ${input.vocabularySize}.`,
    { subject: directory, remedy: 'Use the tokenizer files that came with the model.' },
  );
}

/** Checks that the model knows the token types that the tokenizer gives the two texts of a pair. */
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
