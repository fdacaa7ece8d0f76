import type { RunConfig } from '#shared/config/run-config.ts';
import { openDataset } from '#shared/data/dataset.ts';
import type { ExampleSet } from '#shared/data/example-set.ts';
import { collectImages } from '#shared/data/image/collect-images.ts';
import type { Groups, LabelledExamples } from '#shared/data/labelled/collect-labelled.ts';
import { hasTables } from '#shared/data/labelled/table-files.ts';
import { textColumns } from '#shared/data/labelled/table-texts.ts';
import type { ScoreScale } from '#shared/data/labelled/targets.ts';
import { namedReader } from '#shared/data/reader/named-reader.ts';
import { type ReadExample, readExamples } from '#shared/data/reader/read-examples.ts';
import { READER_CONTRACT } from '#shared/data/reader/reader-contract.ts';
import { readerImages, readerTexts } from '#shared/data/reader/reader-rows.ts';
import { SPLITS, type Split } from '#shared/data/task.ts';
import { findTask } from '#shared/data/task-registry.ts';
import { encodeTextDataset } from '#shared/data/text/encode-dataset.ts';
import { ConfigError, DataError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { requireRecord } from '#shared/plugins/require-record.ts';
import { type ExampleCache, examplesOnce, NO_CACHE } from './encoded-examples.ts';
import { exampleKey } from './example-key.ts';
import { loadImages, ownImages } from './load-images.ts';
import { loadLanguageTexts } from './load-language-texts.ts';
import { loadTables, loadTexts } from './load-texts.ts';
import { countingRows, type PreparationProgress, SILENT } from './preparation-progress.ts';
import { NO_PREPARED_PLUGINS, type PreparedPlugins } from './prepared-plugins.ts';
import { textEncoder } from './text-encoder.ts';

/** A task's examples, encoded for the model. */
export interface TaskExamples {
  readonly labelNames: readonly string[];
  readonly train: ExampleSet;
  readonly test: ExampleSet;
  /** Values of the column by which training rows are distributed; absent for other partitions. */
  readonly groups?: Groups;
  /** Mean and deviation of the training scores of a regression; absent for a classification. */
  readonly score?: ScoreScale;
}

export interface LoadOptions {
  /** Shows the rows that are read. */
  readonly progress?: PreparationProgress;
  /** The run's plug-ins, of which a reader is called. */
  readonly plugins?: PreparedPlugins;
  /** Large data of texts is tokenised once and then taken from here. */
  readonly cache?: ExampleCache;
}

/**
 * Reads both splits of a run's data set and encodes them for its model.
 *
 * @throws DataError naming the file and row that cannot be read, or for an empty split
 * @throws ConfigError if data and model do not match
 * @throws ModelError if the tokenizer does not fit the model
 */
export async function loadExamples(
  config: RunConfig,
  model: ModelConfig,
  { progress = SILENT, plugins = NO_PREPARED_PLUGINS, cache = NO_CACHE }: LoadOptions = {},
): Promise<TaskExamples> {
  const { data } = config;
  const reader = await openReader(data, plugins);
  switch (data.task) {
    case 'text': {
      if (reader === undefined) return loadTables(config, model, progress, cache);
      requireWithout(data, ['files']);
      // The tokenizer is checked before the rows are read, which may take long.
      return loadTexts(config, model, await readerTexts(reader, textColumns(data)), progress);
    }
    case 'causal-lm':
    case 'instruction':
      return loadLanguageTexts(config, model, progress);
    case 'images': {
      if (reader !== undefined) requireWithout(data, ['files']);
      else if (!(await hasTables(data))) requireWithout(data, ['files', 'columns']);
      const rows =
        reader === undefined ? await ownImages(data) : await readerImages(reader, textColumns(data));
      return loadImages(config, model, rows, progress);
    }
    default:
      return loadTask(config, model, progress, cache);
  }
}

/** The examples of the run's reader plug-in; undefined where its data is read by airtune. */
async function openReader(
  data: RunConfig['data'],
  { records, host }: PreparedPlugins,
): Promise<AsyncIterable<ReadExample> | undefined> {
  const { task, directory } = data;
  const reader = namedReader(data);
  if (reader === undefined) return undefined;
  if (task !== 'text' && task !== 'images') {
    throw new ConfigError(`is for the tasks text and images; ${task} has its own files.`, {
      subject: 'data.reader',
      remedy: 'Add --task text or --task images.',
    });
  }
  const record = requireRecord('reader', reader.reference, records.reader);
  const plugin = await host.open(READER_CONTRACT, record, reader.timeoutSeconds);
  return readExamples(plugin, { task, directory });
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
