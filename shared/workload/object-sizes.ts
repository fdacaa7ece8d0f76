import { type HeadSettings, headShapes } from '#shared/model/head/head.ts';
import { safetensorsFileBytes, type TensorExtent } from '#shared/model/safetensors/file-size.ts';
import { elementCount } from '#shared/model/tensor.ts';
import type { TransportBits } from '#shared/model/transport/transported-bits.ts';

/** What the sizes of a round's objects follow from. */
export interface WorkloadShape {
  readonly devices: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  /** Layers that LoRA sits on, as the settings name them. */
  readonly lora: { readonly rank: number; readonly targets: readonly string[] };
  /** Width of the head's hidden layer, 0 for a linear head. */
  readonly headWidth: number;
  readonly labelCount: number;
  /** Examples of a mini-batch. */
  readonly batchSize: number;
  /** Tokens of a sequence as it is computed and stored, padding included. */
  readonly tokens: number;
  /** Examples that a device holds. */
  readonly shardExamples: number;
  readonly bitsPerValue: TransportBits;
  /** Features and gradients whose file has at most this many bytes ride inside their messages. */
  readonly inlineBytes: number;
}

/** Bytes of the objects that a round reads and writes. Tensors exactly; JSON as long as its numbers usually are. */
export interface ObjectSizes {
  readonly control: number;
  readonly record: number;
  readonly deviceModel: number;
  readonly encoderModel: number;
  readonly shard: number;
  readonly embeddings: number;
  readonly features: number;
  /** The gradient at the features. */
  readonly gradients: number;
  /** Whether they are objects of their own; else they ride inside their messages. */
  readonly storesFeatures: boolean;
  readonly storesGradients: boolean;
  readonly head: number;
  /** A device's LoRA gradient with its loss and timeline. */
  readonly answer: number;
  /** LoRA with the two moments of AdamW. */
  readonly checkpoint: number;
  plan(selected: number): number;
  closing(answered: number): number;
  commit(selected: number, answered: number): number;
}

/** BERT's vocabulary, positions and token types: rows of the embedding module's tables. Assumed for every model. */
const EMBEDDING_ROWS = 30_522 + 512 + 2;

/** A number of full double precision and its comma. */
const DOUBLE_BYTES = 19;
/** What a JSON record has beside its lists. */
const RECORD_BYTES = 2300;
const PLAN_BYTES = 440;
const COMMIT_BYTES = 1860;
/** A device's loss, counts and timeline of ten spans, as the metadata of its answer. */
const ANSWER_METADATA_BYTES = 890;

/** The one target that is not in every layer. */
const POOLER = 'pooler.dense';

/** A and B of every layer that LoRA sits on. */
function loraTensors({ hiddenSize, layerCount, lora }: WorkloadShape): readonly TensorExtent[] {
  const projections = lora.targets.filter((target) => target !== POOLER);
  const layers = Array.from({ length: layerCount }, (_, layer) =>
    projections.map((target) => `encoder.layer.${layer}.attention.self.${target}`),
  );
  const modules = [...layers.flat(), ...(lora.targets.includes(POOLER) ? [POOLER] : [])];
  return modules.flatMap((module): TensorExtent[] => [
    { name: `${module}.lora_A.weight`, dtype: 'F32', shape: [lora.rank, hiddenSize] },
    { name: `${module}.lora_B.weight`, dtype: 'F32', shape: [hiddenSize, lora.rank] },
  ]);
}

/** A head's weights and biases, of a hidden layer too where it has one. */
function headTensors({ hiddenSize, headWidth, labelCount }: WorkloadShape): readonly TensorExtent[] {
  const settings: HeadSettings =
    headWidth === 0 ? { kind: 'linear' } : { kind: 'hidden', width: headWidth, activation: 'tanh' };
  const shapes = headShapes(settings, { featureCount: hiddenSize, labelCount });
  return [...shapes].map(([name, shape]) => ({ name, dtype: 'F32', shape }));
}

const valueCount = (tensors: readonly TensorExtent[]): number =>
  tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);

/** LoRA's values. */
export function loraParameterCount(shape: WorkloadShape): number {
  return valueCount(loraTensors(shape));
}

/** A head's values. */
export function headParameterCount(shape: WorkloadShape): number {
  return valueCount(headTensors(shape));
}

/** A transported tensor, with a scale for each row where its values are bytes. */
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
  const { devices, hiddenSize, intermediateSize, layerCount, labelCount, batchSize, tokens } = shape;
  const { shardExamples, bitsPerValue, inlineBytes } = shape;
  const lora = loraTensors(shape);
  const dense = 4 * hiddenSize * (hiddenSize + 1) + 2 * hiddenSize * intermediateSize;
  const norms = intermediateSize + 5 * hiddenSize;
  const batchBytes = (name: string): number =>
    safetensorsFileBytes(transported(name, [batchSize, hiddenSize], bitsPerValue));
  const features = batchBytes('features');
  const optimizer = ['exp_avg', 'exp_avg_sq'].flatMap((moment) =>
    lora.map((tensor) => ({ ...tensor, name: `optimizer/${moment}.${tensor.name}` })),
  );
  // Device numbers in a list, with their commas.
  const numberBytes = String(Math.max(0, devices - 1)).length + 1;
  return {
    control: 34,
    record: RECORD_BYTES + devices * (3 + 4 * labelCount),
    deviceModel: 4 * (EMBEDDING_ROWS + 2) * hiddenSize,
    encoderModel: 4 * (layerCount * (dense + norms) + hiddenSize * (hiddenSize + 1)),
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
    // Device, bandwidth, rate, and the round of the head.
    plan: (selected) => PLAN_BYTES + selected * (numberBytes + 2 * DOUBLE_BYTES + 2),
    closing: (answered) => 24 + answered * numberBytes,
    // The round of every device's head.
    commit: (selected, answered) => COMMIT_BYTES + (selected + answered) * numberBytes + devices * 2,
  };
}
