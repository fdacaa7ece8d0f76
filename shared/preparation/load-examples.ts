import type { RunConfig } from '#shared/config/run-config.ts';
import { openDataset } from '#shared/data/dataset.ts';
import type { ExampleSet } from '#shared/data/example-set.ts';
import { collectImages } from '#shared/data/image/collect-images.ts';
import type { Groups, LabelledExamples, ScoreScale } from '#shared/data/labelled/collect-labelled.ts';
import { SPLITS, type Split } from '#shared/data/task.ts';
import { findTask } from '#shared/data/task-registry.ts';
import { encodeTextDataset } from '#shared/data/text/encode-dataset.ts';
import { ConfigError, DataError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { type ExampleCache, examplesOnce, NO_CACHE } from './encoded-examples.ts';
import { exampleKey } from './example-key.ts';
import { loadImageFolder } from './load-image-folder.ts';
import { loadTableTexts } from './load-table-texts.ts';
import { countingRows, type PreparationProgress, SILENT } from './preparation-progress.ts';
import { textEncoder } from './text-encoder.ts';

/** A task's examples, encoded for the model. */
export interface TaskExamples {
  readonly labelNames: readonly string[];
  readonly train: ExampleSet;
  readonly test: ExampleSet;
  /** Values of the column by which training rows are dealt out; absent for other partitions. */
  readonly groups?: Groups;
  /** Mean and deviation of the training scores of a regression; absent for a classification. */
  readonly score?: ScoreScale;
}

/**
 * Reads both splits of a run's data set and encodes them for its model.
 *
 * @param cache texts that are large are tokenised once and then taken from here
 * @throws DataError naming the file and row that cannot be read, or for an empty split
 * @throws ConfigError if data and model do not match
 * @throws ModelError if the tokenizer does not fit the model
 */
export async function loadExamples(
  config: RunConfig,
  model: ModelConfig,
  progress: PreparationProgress = SILENT,
  cache: ExampleCache = NO_CACHE,
): Promise<TaskExamples> {
  switch (config.data.task) {
    case 'text':
      return loadTableTexts(config, model, progress, cache);
    case 'images':
      requireWithout(config.data, ['files', 'columns']);
      return loadImageFolder(config, model, progress);
    default:
      return loadTask(config, model, progress, cache);
  }
}

/** Examples of a task whose files have a fixed layout. */
async function loadTask(
  config: RunConfig,
  model: ModelConfig,
  progress: PreparationProgress,
  cache: ExampleCache,
): Promise<LabelledExamples> {
  requireWithout(config.data, ['files', 'columns', 'testFraction']);
  const dataset = await openDataset(findTask(config.data.task), config.data.directory);
  if (dataset.kind === 'image') {
    requireInput('image', dataset.task.name, model);
    return bothSplits(config, dataset.task.labelNames, (split, limit) =>
      collectImages(dataset.examples(split), dataset.task.imageShape, limit),
    );
  }
  const { task, files } = dataset;
  const rowFiles = SPLITS.flatMap((split) => files[split].map((path) => ({ path, use: split })));
  return examplesOnce(cache, await exampleKey(config, model, rowFiles), async () => {
    const tokenizer = await textEncoder(config, model, task);
    return bothSplits(config, task.labelNames, (split, limit) =>
      encodeTextDataset(dataset.examples(split), tokenizer, {
        maxTokens: config.data.maxTokens,
        limit,
        onRow: countingRows(progress, `reading the ${split} rows`),
      }),
    );
  });
}

async function bothSplits(
  { data: { directory, trainExamples, testExamples } }: RunConfig,
  labelNames: readonly string[],
  encode: (split: Split, limit: number | undefined) => Promise<ExampleSet>,
): Promise<LabelledExamples> {
  const train = await encode('train', trainExamples);
  const test = await encode('test', testExamples);
  for (const [split, set] of Object.entries({ train, test })) {
    if (set.labels.length === 0) {
      throw new DataError(`the ${split} split has no examples.`, { subject: directory });
    }
  }
  return { labelNames, train, test };
}

/** Refuses settings that only other tasks use. */
function requireWithout(
  data: RunConfig['data'],
  names: readonly ('files' | 'columns' | 'testFraction')[],
): void {
  const given = names.find((name) => data[name] !== undefined);
  if (given === undefined) return;
  throw new ConfigError(`the task ${data.task} does not use it.`, {
    subject: `data.${given}`,
    remedy: 'Leave it out, or add --task text for a table of your own.',
  });
}

/** Checks that the model takes inputs of this kind. */
function requireInput(kind: 'text' | 'image', task: string, model: ModelConfig): void {
  if (describeModel(model).input.kind === kind) return;
  throw new ConfigError(`task ${task} does not fit a ${model.family} model.`, {
    subject: 'data.task',
    remedy: 'Choose a text task for a model of texts and an image task for one of images.',
  });
}
