import type { ExampleSet } from '#shared/data/example-set.ts';
import { collectImages } from '#shared/data/image/collect-images.ts';
import type { ImageTask, TextTask } from '#shared/data/task.ts';
import { packSequences } from '#shared/data/text/encode-dataset.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { ConfigError } from '#shared/errors.ts';
import { argumentTexts, fileTexts, type TextInput } from './read-texts.ts';
import type { TrainedRun } from './trained-run.ts';

/** Examples in one batch of the encoder. */
const BATCH = 32;

/** Inputs to predict: texts from arguments, and files (`-` is standard input). */
export interface PredictionInputs {
  readonly texts: readonly string[];
  readonly files: readonly string[];
  readonly stdin: AsyncIterable<unknown>;
}

/** Batches of tokenised texts for the run's model. Inputs are read only as batches are requested. */
export async function* textBatches(
  run: TrainedRun,
  task: TextTask,
  inputs: PredictionInputs,
): AsyncGenerator<ExampleSet> {
  const { model, data } = run.config;
  const tokenizer = await loadTextTokenizer(model.directory);
  for await (const batch of inBatches(allTexts(task, inputs))) {
    const sequences = batch.map(({ text, pair }) => tokenizer.encode(text, pair, data.maxTokens));
    yield packSequences(
      sequences,
      sequences.map(() => 0),
    );
  }
}

/** Batches of images from files in the task's layout. Their labels are ignored. */
export async function* imageBatches(
  task: ImageTask,
  { texts, files }: PredictionInputs,
): AsyncGenerator<ExampleSet> {
  if (texts.length > 0) {
    throw new ConfigError(`the run is one of ${task.name}, whose inputs are images.`, {
      subject: '--text',
      remedy: `Give a file in the layout of ${task.name} with --file.`,
    });
  }
  for (const path of files) {
    for await (const batch of inBatches(task.read(path))) {
      yield await collectImages(batch, task.imageShape);
    }
  }
}

async function* allTexts(
  task: TextTask,
  { texts, files, stdin }: PredictionInputs,
): AsyncGenerator<TextInput> {
  yield* argumentTexts(texts, task.pairs);
  for (const path of files) yield* fileTexts(path, stdin, task.pairs);
}

async function* inBatches<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
