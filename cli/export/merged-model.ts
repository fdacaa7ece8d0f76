import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readAdapterFolder } from '#run/output/adapter-folder.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import { changedForm } from '#shared/model/hugging-face/changed-form.ts';
import { statedTying } from '#shared/model/hugging-face/language-model.ts';
import {
  namesOnDisk,
  readModelConfig,
  readModelDirectory,
} from '#shared/model/hugging-face/model-directory.ts';
import {
  COMPANION_FILES,
  CONFIG_FILE,
  PREPROCESSOR_FILE,
  WEIGHTS_FILE,
} from '#shared/model/hugging-face/model-files.ts';
import { parseModelJson, readModelFile } from '#shared/model/hugging-face/read-model-file.ts';
import { openStoredWeights, type StoredWeights } from '#shared/model/hugging-face/stored-weights.ts';
import { isOutputMatrix, OUTPUT_MATRIX } from '#shared/model/language/final-norm.ts';
import { mergeLora } from '#shared/model/lora/merge-lora.ts';
import type { LoraAdapter } from '#shared/model/lora/peft-adapter.ts';
import type { RawTensor, StoredTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { weightsAsStored } from '#shared/model/weight-precision.ts';
import { MOST_TEXT_BYTES, readRegularFile } from '#shared/read-file.ts';
import { configTextAtImageSize, preprocessorTextAtImageSize } from './image-size-files.ts';

export interface MergedModel {
  /** A model directory's files by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Number of dense layers that the adapter was merged into. */
  readonly mergedLayers: number;
}

/** How the run that trained the adapter read the model. */
export type TrainedForm = Partial<Pick<RunConfig['model'], 'bitsPerWeight' | 'imageSize'>>;

/**
 * The files of a Hugging Face directory with an adapter merged into the weights. If PEFT has trained a head
 * with the adapter, that head replaces the model's; so do the final norm and the output matrix of a language
 * model, whose config then says that the matrix is not the word embeddings. Tensors keep the names and the
 * order of the checkpoint, including task heads, and are written to one file even if the checkpoint has
 * shards. All float tensors become float32, so that the merged weights are not rounded a second time.
 *
 * @param trained The model is rounded to the bits per weight. With an image size, positions, config.json and
 *   preprocessor_config.json are those of this size.
 * @throws ModelError naming the file or tensor of model or adapter that does not fit; ConfigError for an
 *   image size that does not fit the model.
 */
export async function mergedModel(
  modelDirectory: string,
  adapterFolder: string,
  { bitsPerWeight = 32, imageSize }: TrainedForm = {},
): Promise<MergedModel> {
  const { config, tensors } = await readModelDirectory(modelDirectory, imageSize);
  const trainedOn = weightsAsStored(tensors, bitsPerWeight);
  const adapter = await readAdapterFolder(adapterFolder, config);
  const merged = mergeLora(config, trainedOn, adapter);
  const transformer = new Map([...trainedOn, ...merged, ...(adapter.savedNorm ?? [])]);
  const stored = await openStoredWeights(modelDirectory);
  const matrix = trainedMatrix(config, adapter, adapterFolder);
  const head = fittingHead(adapter, matrix, stored, adapterFolder);
  const canonicalNames = new Map(
    [...namesOnDisk(config, stored)].map(([canonical, name]) => [name, canonical]),
  );
  const { checkpoint } = familyOf(config);
  const inStoredForm = (canonical: string) => {
    const value = transformer.get(canonical);
    return value === undefined ? undefined : changedForm(checkpoint, canonical, value);
  };
  const weights = new Map<string, StoredTensor | RawTensor>();
  for (const name of stored.names) {
    const canonical = canonicalNames.get(name);
    const changed = canonical === undefined ? head.get(name) : inStoredForm(canonical);
    weights.set(name, changed ?? (await inSinglePrecision(stored, name)));
  }
  // A checkpoint of a tied model has no matrix to replace.
  for (const [name, value] of head) weights.set(name, value);
  const files = new Map<string, Uint8Array>([
    [CONFIG_FILE, await mergedConfig(join(modelDirectory, CONFIG_FILE), matrix !== undefined)],
    [WEIGHTS_FILE, writeSafetensors(weights, { format: 'pt' })],
  ]);
  const present = new Set(await readdir(modelDirectory));
  for (const name of COMPANION_FILES) {
    if (present.has(name))
      files.set(name, await readRegularFile(join(modelDirectory, name), MOST_TEXT_BYTES, ModelError));
  }
  if (imageSize !== undefined) await setImageSize(files, modelDirectory, imageSize);
  return { files, mergedLayers: merged.size };
}

/** Changes the files that state the image size, if it is not the model's own. */
async function setImageSize(
  files: Map<string, Uint8Array>,
  modelDirectory: string,
  imageSize: number,
): Promise<void> {
  const own = await readModelConfig(modelDirectory);
  const { input } = describeModel(own);
  if (input.kind !== 'image' || input.images.imageSize === imageSize) return;
  const change = (name: string, changed: (text: string) => string) => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new RangeError(`${name} was not read`);
    files.set(name, new TextEncoder().encode(changed(new TextDecoder().decode(bytes))));
  };
  const subject = join(modelDirectory, PREPROCESSOR_FILE);
  change(CONFIG_FILE, (text) => configTextAtImageSize(text, imageSize));
  const model = { family: own.family, imageSize: input.images.imageSize };
  change(PREPROCESSOR_FILE, (text) => preprocessorTextAtImageSize(text, model, imageSize, subject));
}

/** A tensor that the model does not use: common float types in single precision, other types unchanged. */
function inSinglePrecision(stored: StoredWeights, name: string): Promise<StoredTensor | RawTensor> {
  const { type } = stored.extent(name);
  return type === 'F16' || type === 'BF16' ? stored.read(name) : stored.raw(name);
}

/**
 * A language model's output matrix in the adapter; undefined if it has none. Throws a ModelError for another
 * shape than that of the word embeddings, which every language model has.
 */
function trainedMatrix(config: ModelConfig, { savedHead }: LoraAdapter, subject: string): Tensor | undefined {
  const matrix = savedHead?.get(OUTPUT_MATRIX);
  const { input } = describeModel(config);
  if (matrix === undefined || familyOf(config).languageModel === undefined || input.kind !== 'text') {
    return undefined;
  }
  const shape = [input.vocabularySize, config.hiddenSize];
  if (matrix.shape.join() === shape.join()) return matrix;
  throw new ModelError(
    `holds ${OUTPUT_MATRIX} [${matrix.shape.join(', ')}], the model has [${shape.join(', ')}].`,
    { subject, remedy: 'Give the model that it was trained on with --model.' },
  );
}

/**
 * The trained head by its names in the checkpoint. An output matrix that the checkpoint lacks, because the
 * model ties it to the word embeddings, has its name in transformers.
 *
 * @throws ModelError for another tensor that the model does not have in this shape.
 */
function fittingHead(
  { savedHead = new Map() }: LoraAdapter,
  matrix: Tensor | undefined,
  stored: StoredWeights,
  subject: string,
): NamedTensors {
  if (matrix === undefined) return requireFittingHead(savedHead, stored, subject);
  const name = stored.names.find(isOutputMatrix) ?? OUTPUT_MATRIX;
  const others = new Map([...savedHead].filter(([other]) => other !== OUTPUT_MATRIX));
  return new Map([...requireFittingHead(others, stored, subject), [name, matrix]]);
}

/** Checks that the model has every tensor of the head that the adapter contains. */
function requireFittingHead(head: NamedTensors, stored: StoredWeights, subject: string): NamedTensors {
  const names = new Set(stored.names);
  for (const [name, { shape }] of head) {
    const found = names.has(name) ? stored.extent(name).shape : undefined;
    if (found?.join() === shape.join()) continue;
    const fault = found === undefined ? 'lacks' : `has in the shape [${found.join(', ')}]`;
    throw new ModelError(`holds a trained head, ${name} [${shape.join(', ')}], which the model ${fault}.`, {
      subject,
      remedy: 'Give the task model that it was trained on with --model, saved with its head.',
    });
  }
  return head;
}

/**
 * The model's config.json with the weights' type changed; some versions of transformers load weights by it.
 * The text is changed, not written anew: transformers refuses `2` where a number such as `2.0` was, which are
 * the same to JSON.parse.
 *
 * @param untied Whether the output matrix is no longer the word embeddings.
 */
async function mergedConfig(path: string, untied: boolean): Promise<Uint8Array> {
  const bytes = await readModelFile(path, 'Fetch it again.');
  const value = parseModelJson(bytes, path);
  if (typeof value !== 'object' || value === null) {
    throw new ModelError('is not an object.', { subject: path, remedy: 'Fetch it again.' });
  }
  const text = new TextDecoder()
    .decode(bytes)
    .replaceAll(/("(?:torch_)?dtype"\s*:\s*)"[^"]*"/g, '$1"float32"');
  return new TextEncoder().encode(untied ? untiedConfig(text, statedTying(value, path)) : text);
}

/** The text of a config whose `tie_word_embeddings` is false. */
function untiedConfig(text: string, isTied: boolean | null | undefined): string {
  if (isTied === false) return text;
  if (isTied === undefined) return text.replace('{', '{\n  "tie_word_embeddings": false,');
  return text.replace(/("tie_word_embeddings"\s*:\s*)(?:true|null)/, '$1false');
}
