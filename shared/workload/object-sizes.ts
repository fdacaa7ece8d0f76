import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import { type HeadSettings, headShapes } from '#shared/model/head/head.ts';
import { finalNormForm } from '#shared/model/language/final-norm.ts';
import { ALL_LINEAR, knowsTarget } from '#shared/model/lora/lora-modules.ts';
import { loraShapes } from '#shared/model/lora/lora-parameters.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import { safetensorsFileBytes, type TensorExtent } from '#shared/model/safetensors/file-size.ts';
import { elementCount } from '#shared/model/tensor.ts';
import type { TransportBits } from '#shared/model/transport/transported-bits.ts';

/** Quantities that determine the sizes of a round's objects. */
export interface WorkloadShape {
  readonly devices: number;
  readonly model: ModelConfig;
  /** Rank of LoRA, and the layers that it adapts, as the settings name them. */
  readonly lora: Pick<LoraSettings, 'rank' | 'targets' | 'dora'>;
  /** Width of the head's hidden layer, 0 for a linear head. */
  readonly headWidth: number;
  readonly labelCount: number;
  /**
   * Tokens of a language model's vocabulary; undefined for other tasks. In a language task the features hold
   * the states of every token, and a head is the final norm.
   */
  readonly vocabularySize: number | undefined;
  /** Whether devices train the output matrix of a language model, which then is a part of each head. */
  readonly trainsMatrix: boolean;
  /** Examples of a mini-batch. */
  readonly batchSize: number;
  /** Tokens of a sequence as computed and stored, padding included. */
  readonly tokens: number;
  /** Examples that a device holds. */
  readonly shardExamples: number;
  readonly bitsPerValue: TransportBits;
  /** Features and gradients are part of their messages if their file has at most this many bytes. */
  readonly inlineBytes: number;
}

/** Bytes of the objects that a round reads and writes: exact for tensors, an estimate for JSON. */
export interface ObjectSizes {
  readonly control: number;
  readonly record: number;
  readonly deviceModel: number;
  readonly encoderModel: number;
  readonly shard: number;
  readonly embeddings: number;
  readonly features: number;
  /** The feature gradient. */
  readonly gradients: number;
  /** Whether a device reads its part of the model for its head as well. */
  readonly headReadsModel: boolean;
  /** Whether features and feature gradients are stored as objects; otherwise their messages contain them. */
  readonly storesFeatures: boolean;
  readonly storesGradients: boolean;
  readonly head: number;
  /** A device's answer: its LoRA gradient with loss and timeline. */
  readonly answer: number;
  /** LoRA and the two moments of AdamW. */
  readonly checkpoint: number;
  plan(selected: number): number;
  closing(answered: number): number;
  answered(answered: number): number;
  commit(selected: number, answered: number): number;
}

/** Rows of the embedding tables: BERT's vocabulary, positions and token types. Assumed for every model. */
const EMBEDDING_ROWS = 30_522 + 512 + 2;

/** The head of a language model that is modelled as a BERT, which has no final norm: an RMSNorm. */
const RMS_NORM: readonly string[] = ['norm.weight'];

/** Characters of a number in full double precision, with its comma. */
const DOUBLE_BYTES = 19;
/** Bytes of a JSON record (run record, plan, commit) without its lists. */
const RECORD_BYTES = 2300;
const PLAN_BYTES = 470;
const COMMIT_BYTES = 1930;
/** Bytes of the metadata of an answer: loss, counts and a timeline of ten spans. */
const ANSWER_METADATA_BYTES = 890;

/**
 * A and B of every layer that LoRA adapts, and its magnitude with DoRA. A target that the model lacks counts
 * as all its dense layers but the pooler.
 */
function loraTensors({ model, lora }: WorkloadShape): readonly TensorExtent[] {
  const targets = lora.targets.map((target) => (knowsTarget(model, target) ? target : ALL_LINEAR));
  const { rank, dora } = lora;
  const shapes = loraShapes(model, { rank, alpha: rank, targets, dora });
  return [...shapes].map(([name, shape]) => ({ name, dtype: 'F32', shape }));
}

/** The tensors of a device's head. */
function headTensors(shape: WorkloadShape): readonly TensorExtent[] {
  const { model, labelCount } = shape;
  const shapes = headShapes(headForm(shape), { featureCount: model.hiddenSize, labelCount });
  return [...shapes].map(([name, shape]) => ({ name, dtype: 'F32', shape }));
}

function headForm({ model, headWidth, vocabularySize, trainsMatrix }: WorkloadShape): HeadSettings {
  if (vocabularySize !== undefined) {
    const trained = trainsMatrix ? vocabularySize : undefined;
    return { kind: 'language', norm: normTensors(model), vocabularySize: trained };
  }
  return headWidth === 0 ? { kind: 'linear' } : { kind: 'hidden', width: headWidth, activation: 'tanh' };
}

/** Names of a language model's final norm. */
function normTensors(model: ModelConfig): readonly string[] {
  return familyOf(model).languageModel === undefined ? RMS_NORM : finalNormForm(model).tensors;
}

/** Bytes of the encoder with its pooler, if the family may have one; without a final norm on the devices. */
function encoderBytes({ model, vocabularySize }: WorkloadShape): number {
  const { tensors, poolerTensors } = describeModel(model);
  const onDevice = [
    ...familyOf(model).deviceParts,
    ...(vocabularySize === undefined ? [] : normTensors(model)),
  ];
  const values = [...tensors(), ...poolerTensors()]
    .filter(([name]) => !onDevice.some((part) => name.startsWith(part)))
    .reduce((sum, [, shape]) => sum + elementCount(shape), 0);
  return 4 * values;
}

const valueCount = (tensors: readonly TensorExtent[]): number =>
  tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);

/** Number of LoRA's values. */
export function loraParameterCount(shape: WorkloadShape): number {
  return valueCount(loraTensors(shape));
}

/** Number of a head's values. */
export function headParameterCount(shape: WorkloadShape): number {
  return valueCount(headTensors(shape));
}

/** A transported tensor; 8-bit values have a scale for each row. */
function transported(name: string, shape: readonly number[], bits: TransportBits): readonly TensorExtent[] {
  switch (bits) {
    case 32:
      return [{ name, dtype: 'F32', shape }];
    case 16:
      return [{ name, dtype: 'F16', shape }];
    case 8:
      return [
        { name, dtype: 'I8', shape },
        { name: `${name}.scale`, dtype: 'F32', shape: shape.slice(0, -1) },
      ];
  }
}

const vector = (name: string, length: number): TensorExtent => ({ name, dtype: 'I32', shape: [length] });

/** Bytes of every object that a round reads or writes. */
export function objectSizes(shape: WorkloadShape): ObjectSizes {
  const { devices, labelCount, batchSize, tokens } = shape;
  const { shardExamples, bitsPerValue, inlineBytes } = shape;
  const { hiddenSize } = shape.model;
  const lora = loraTensors(shape);
  const isLanguage = shape.vocabularySize !== undefined;
  const featureRows = isLanguage ? Math.round(batchSize * tokens) : batchSize;
  const batchBytes = (name: string): number =>
    safetensorsFileBytes(transported(name, [featureRows, hiddenSize], bitsPerValue));
  const features = batchBytes('features');
  const optimizer = ['exp_avg', 'exp_avg_sq'].flatMap((moment) =>
    lora.map((tensor) => ({ ...tensor, name: `optimizer/${moment}.${tensor.name}` })),
  );
  // Device numbers in a list, with their commas.
  const numberBytes = String(Math.max(0, devices - 1)).length + 1;
  return {
    control: 34,
    record: RECORD_BYTES + devices * (3 + 4 * labelCount),
    deviceModel: 4 * ((shape.vocabularySize ?? EMBEDDING_ROWS) + 2) * hiddenSize,
    encoderModel: encoderBytes(shape),
    shard: safetensorsFileBytes([
      vector('token_ids', Math.round(shardExamples * tokens)),
      vector('token_types', Math.round(shardExamples * tokens)),
      vector('offsets', shardExamples + 1),
      vector('labels', shardExamples),
    ]),
    embeddings: safetensorsFileBytes([
      ...transported('embeddings', [batchSize, Math.round(tokens), hiddenSize], bitsPerValue),
      vector('lengths', batchSize),
    ]),
    features,
    headReadsModel: isLanguage,
    gradients: batchBytes('gradients'),
    storesFeatures: features > inlineBytes,
    storesGradients: batchBytes('gradients') > inlineBytes,
    head: safetensorsFileBytes(headTensors(shape)),
    answer: safetensorsFileBytes(lora, ANSWER_METADATA_BYTES),
    checkpoint: safetensorsFileBytes([
      ...lora.map((tensor) => ({ ...tensor, name: `lora/${tensor.name}` })),
      { name: 'optimizer/step', dtype: 'F32', shape: [1] },
      ...optimizer,
    ]),
    // Device, bandwidth, rate, energy, and the round of the head.
    plan: (selected) => PLAN_BYTES + selected * (numberBytes + 3 * DOUBLE_BYTES + 2),
    closing: (answered) => 24 + answered * numberBytes,
    // Device, loss and gradient norm.
    answered: (answered) => 56 + answered * (numberBytes + 2 * DOUBLE_BYTES),
    // Loss and gradient norm of every answer, and the round of every device's head.
    commit: (selected, answered) =>
      COMMIT_BYTES + (selected + answered) * numberBytes + answered * 2 * DOUBLE_BYTES + devices * 2,
  };
}
