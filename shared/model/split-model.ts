import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from './families/model-config.ts';
import { familyOf } from './families/registry.ts';
import { restoreConfig } from './families/stored-config.ts';
import type { PretrainedModel } from './hugging-face/model-directory.ts';
import { finalNormForm, OUTPUT_MATRIX } from './language/final-norm.ts';
import { openSafetensors, readSafetensors } from './safetensors/read-safetensors.ts';
import { floatTensors, requireFloats } from './safetensors/stored-tensor.ts';
import { writeSafetensors } from './safetensors/write-safetensors.ts';
import type { NamedTensors } from './tensor.ts';
import { tensorsOnDemand } from './tensors-on-demand.ts';
import { storedWeights, type WeightBits } from './weight-precision.ts';

/** One side of the split model, with the config needed to run it. */
export interface ModelPart {
  readonly config: ModelConfig;
  readonly tensors: NamedTensors;
}

export interface SplitModel {
  /**
   * The embedding module; for language tasks also the head of the language model. Every device has it; it is
   * frozen.
   */
  readonly device: ModelPart;
  /**
   * The encoder and the pooler, if the model has one. They are on the server; their weights are frozen, and
   * LoRA is added.
   */
  readonly server: ModelPart;
}

function part(model: PretrainedModel, belongs: (name: string) => boolean): ModelPart {
  return {
    config: model.config,
    tensors: new Map([...model.tensors].filter(([name]) => belongs(name))),
  };
}

/**
 * Cuts a model after its embedding module (Section II-A) into the device part and the server part.
 *
 * @param task Of a language model, the final norm and the output matrix are on the device, too.
 */
export function splitModel(model: PretrainedModel, task: 'features' | 'language' = 'features'): SplitModel {
  const { deviceParts } = familyOf(model.config);
  const head = task === 'language' ? [...finalNormForm(model.config).tensors, OUTPUT_MATRIX] : [];
  const onDevice = (name: string) => deviceParts.some((part) => name.startsWith(part)) || head.includes(name);
  return { device: part(model, onDevice), server: part(model, (name) => !onDevice(name)) };
}

/**
 * Writes one part as a safetensors file with the config in its metadata. The same part gives the same bytes.
 *
 * @throws ModelError naming a tensor whose values this width cannot hold.
 */
export function writeModelPart(part: ModelPart, bitsPerWeight: WeightBits = 32): Uint8Array {
  return writeSafetensors(storedWeights(part.tensors, bitsPerWeight), {
    config: JSON.stringify(part.config),
  });
}

function parseConfig(text: string | undefined, subject: string): ModelConfig {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return restoreConfig(value);
  } catch (cause) {
    throw new ModelError('holds no model config.', { subject, remedy: 'Prepare the run again.', cause });
  }
}

/**
 * Reads a part that {@link writeModelPart} wrote. Weights come back in single precision.
 *
 * @throws ModelError naming `subject` when the bytes are not such a part.
 */
export function readModelPart(bytes: Uint8Array, subject: string): ModelPart {
  const { tensors, metadata } = readSafetensors(bytes, subject);
  return { config: parseConfig(metadata.config, subject), tensors: floatTensors(tensors, subject) };
}

/**
 * The same with weights that are decoded each time they are asked for, so that a large part is in memory
 * once, as it was stored. The bytes must not be changed afterwards.
 *
 * @throws ModelError as {@link readModelPart}; for a tensor of another type when it is asked for
 */
export function openModelPart(bytes: Uint8Array, subject: string): ModelPart {
  const { names, metadata, read } = openSafetensors(bytes, subject);
  return {
    config: parseConfig(metadata.config, subject),
    tensors: tensorsOnDemand(names, (name) => requireFloats(read(name), name, subject)),
  };
}
