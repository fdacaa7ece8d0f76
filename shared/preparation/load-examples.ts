import type { RunConfig } from '#shared/config/run-config.ts';
import { type Dataset, openDataset } from '#shared/data/dataset.ts';
import type { ExampleSet } from '#shared/data/example-set.ts';
import { collectImages } from '#shared/data/image/collect-images.ts';
import type { Split } from '#shared/data/task.ts';
import { findTask } from '#shared/data/task-registry.ts';
import { encodeTextDataset } from '#shared/data/text/encode-dataset.ts';
import { loadTextTokenizer, type TextTokenizer } from '#shared/data/text/tokenizer.ts';
import { ConfigError, DataError, ModelError } from '#shared/errors.ts';
import type { BertConfig, ModelConfig } from '#shared/model/hugging-face/model-config.ts';

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
  if (dataset.kind === 'image' && model.family === 'vit') {
    return (split, limit) => collectImages(dataset.examples(split), dataset.task.imageShape, limit);
  }
  if (dataset.kind !== 'text' || model.family !== 'bert') {
    throw new ConfigError(`task ${dataset.task.name} does not fit a ${model.family} model.`, {
      subject: 'data.task',
      remedy: 'Choose a text task for a BERT model and an image task for a ViT model.',
    });
  }
  const { maxTokens } = config.data;
  if (maxTokens > model.maximumTokens) {
    throw new ConfigError(`${maxTokens} is more than the model's ${model.maximumTokens} positions.`, {
      subject: 'data.maxTokens',
      remedy: `Use at most ${model.maximumTokens}.`,
    });
  }
  const tokenizer = await loadTextTokenizer(config.model.directory);
  requireVocabulary(tokenizer, model, config.model.directory);
  return (split, limit) => encodeTextDataset(dataset.examples(split), tokenizer, { maxTokens, limit });
}

function requireVocabulary(tokenizer: TextTokenizer, model: BertConfig, directory: string): void {
  if (tokenizer.vocabularySize <= model.vocabularySize) return;
  throw new ModelError(
    `the tokenizer knows ${tokenizer.vocabularySize} tokens, the model ${model.vocabularySize}.`,
    { subject: directory, remedy: 'Use the tokenizer files that came with the model.' },
  );
}
