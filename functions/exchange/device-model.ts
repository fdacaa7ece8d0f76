import {
  hasLanguageHead,
  type LanguageHead,
  languageHead,
  pretrainedHead,
} from '#shared/model/language/language-head.ts';
import { readModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { type ExampleEmbedding, exampleEmbedding } from './embed-examples.ts';

/** The device part of a model, ready for use. */
export interface DeviceModel {
  readonly embedding: ExampleEmbedding;
  /** Tensors with which a language model's heads start; none for other tasks. */
  readonly pretrainedHead: NamedTensors;
  /** The head of the pre-trained language model; undefined for other tasks. */
  readonly languageHead: LanguageHead | undefined;
}

/** Reads a stored device part. */
export function readDeviceModel(bytes: Uint8Array, key: string): DeviceModel {
  const part = readModelPart(bytes, key);
  const isLanguage = hasLanguageHead(part);
  return {
    embedding: exampleEmbedding(part),
    pretrainedHead: isLanguage ? pretrainedHead(part) : new Map(),
    languageHead: isLanguage ? languageHead(part) : undefined,
  };
}
