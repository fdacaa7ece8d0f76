import { hasLanguageHead, type LanguageHead, languageHead } from '#shared/model/language/language-head.ts';
import { readModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { type ExampleEmbedding, exampleEmbedding } from './embed-examples.ts';

/** The device part of a model, ready for use. */
export interface DeviceModel {
  readonly embedding: ExampleEmbedding;
  readonly tensors: NamedTensors;
  /** The frozen part of a language model's head; undefined for other tasks. */
  readonly languageHead: LanguageHead | undefined;
}

/** Reads a stored device part. */
export function readDeviceModel(bytes: Uint8Array, key: string): DeviceModel {
  const part = readModelPart(bytes, key);
  return {
    embedding: exampleEmbedding(part),
    tensors: part.tensors,
    languageHead: hasLanguageHead(part) ? languageHead(part) : undefined,
  };
}
