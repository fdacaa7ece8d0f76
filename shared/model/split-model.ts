import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from './families/model-config.ts';
import { familyOf, findFamily } from './families/registry.ts';
import type { PretrainedModel } from './hugging-face/model-directory.ts';
import { readSafetensors } from './safetensors/read-safetensors.ts';
import { floatTensors } from './safetensors/stored-tensor.ts';
import { writeSafetensors } from './safetensors/write-safetensors.ts';
import type { NamedTensors } from './tensor.ts';
import { storedWeights, type WeightBits } from './weight-precision.ts';

/** One side of the split model, with the config that says how to run it. */
export interface ModelPart {
  readonly config: ModelConfig;
  readonly tensors: NamedTensors;
}

export interface SplitModel {
  /** The embedding module: on every device, frozen. */
  readonly device: ModelPart;
  /** The encoder and, where the model has one, its pooler: on the server, frozen under LoRA. */
  readonly server: ModelPart;
}

function part(model: PretrainedModel, belongs: (name: string) => boolean): ModelPart {
  return {
    config: model.config,
    tensors: new Map([...model.tensors].filter(([name]) => belongs(name))),
  };
}

/** Cuts a model after its embedding module (Section II-A): what devices hold, and what the server holds. */
export function splitModel(model: PretrainedModel): SplitModel {
  const { deviceParts } = familyOf(model.config);
  const onDevice = (name: string) => deviceParts.some((part) => name.startsWith(part));
  return { device: part(model, onDevice), server: part(model, (name) => !onDevice(name)) };
}

/**
 * One part as a safetensors file with the config in its metadata; the same part gives the same bytes.
 *
 * @throws ModelError naming a tensor that this width cannot hold.
 */
export function writeModelPart(part: ModelPart, bitsPerWeight: WeightBits = 32): Uint8Array {
  return writeSafetensors(storedWeights(part.tensors, bitsPerWeight), {
    config: JSON.stringify(part.config),
  });
}

const storedConfig = z.looseObject({ family: z.string() });

function parseConfig(text: string | undefined, subject: string): ModelConfig {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return findFamily(storedConfig.parse(value).family, subject).restore(value);
  } catch (cause) {
    throw new ModelError('holds no model config.', { subject, remedy: 'Prepare the run again.', cause });
  }
}

/** Reads what {@link writeModelPart} wrote, in single precision again. Throws a {@link ModelError} naming `subject` when it is not that. */
export function readModelPart(bytes: Uint8Array, subject: string): ModelPart {
  const { tensors, metadata } = readSafetensors(bytes, subject);
  return { config: parseConfig(metadata.config, subject), tensors: floatTensors(tensors, subject) };
}
