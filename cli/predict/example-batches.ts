import { inOrder } from '#shared/cloud/in-order.ts';
import type { ExampleSet } from '#shared/data/example-set.ts';
import { collectImages } from '#shared/data/image/collect-images.ts';
import { decodeFile, imageDecoder } from '#shared/data/image/decode-image.ts';
import type { DataSettings } from '#shared/data/settings.ts';
import { findTask } from '#shared/data/task-registry.ts';
import { packSequences } from '#shared/data/text/encode-dataset.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { ConfigError } from '#shared/errors.ts';
import { readModelConfig } from '#shared/model/hugging-face/model-directory.ts';
import { imageForm } from '#shared/preparation/image-form.ts';
import { tableFormatOf } from '#shared/tables/table-registry.ts';
import { argumentTexts, fileTexts, type TextInput, tableInputs } from './read-texts.ts';
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
  { pairs }: { readonly pairs: boolean },
  inputs: PredictionInputs,
): AsyncGenerator<ExampleSet> {
  const { model, data } = run.config;
  const tokenizer = await loadTextTokenizer(model.directory);
  for await (const batch of inBatches(allTexts(data, pairs, inputs))) {
    const sequences = batch.map(({ text, pair }) => tokenizer.encode(text, pair, data.maxTokens));
    yield packSequences(
      sequences,
      sequences.map(() => 0),
    );
  }
}

/** Batches of images from files, of the task's layout or of one image each. Labels are ignored. */
export async function* imageBatches(
  run: TrainedRun,
  { texts, files }: PredictionInputs,
): AsyncGenerator<ExampleSet> {
  const { data } = run.config;
  if (texts.length > 0) {
    throw new ConfigError(`the run is one of ${data.task}, whose inputs are images.`, {
      subject: '--text',
      remedy: 'Give a file of images with --file.',
    });
  }
  if (data.task === 'images') {
    yield* decodedImages(run, files);
    return;
  }
  const task = findTask(data.task);
  if (task.kind !== 'image') throw new TypeError(`${task.name} is no task of images.`);
  for (const path of files) {
    for await (const batch of inBatches(task.read(path))) {
      yield await collectImages(batch, task.imageShape);
    }
  }
}

async function* decodedImages(run: TrainedRun, files: readonly string[]): AsyncGenerator<ExampleSet> {
  const { directory, imageSize } = run.config.model;
  const form = imageForm(await readModelConfig(directory, imageSize));
  const decode = await imageDecoder(form);
  const images = inOrder(files, BATCH, async (path) => ({
    pixels: await decodeFile(decode, path),
    label: 0,
  }));
  for await (const batch of inBatches(images)) {
    yield await collectImages(batch, { ...form, height: form.size, width: form.size });
  }
}

async function* allTexts(
  data: DataSettings,
  pairs: boolean,
  { texts, files, stdin }: PredictionInputs,
): AsyncGenerator<TextInput> {
  yield* argumentTexts(texts, pairs);
  for (const path of files) {
    // The files of other tasks end in .tsv, too, but hold plain texts here.
    const isTable = data.task === 'text' && tableFormatOf(path) !== undefined;
    yield* isTable ? tableInputs(path, data) : fileTexts(path, stdin, pairs);
  }
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
