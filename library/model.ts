/**
 * Hugging Face model directories, the split into device part and encoder, the engines that
 * run the encoder forward and backward, and tensors in safetensors files.
 *
 * @module airtune/model
 */
export { AirtuneError, type ErrorKind } from '#shared/errors.ts';
export {
  createEncoderEngine,
  type EncoderEngineOptions,
} from '#shared/model/engine/create-engine.ts';
export type {
  EmbeddedBatch,
  EncoderEngine,
  EngineDescription,
  ForwardPass,
} from '#shared/model/engine/encoder-engine.ts';
export type { EngineChoice } from '#shared/model/engine/engine-choices.ts';
export type { ModelConfig } from '#shared/model/families/model-config.ts';
export { describeModel } from '#shared/model/families/registry.ts';
export type { FeatureKind } from '#shared/model/features.ts';
export { type PretrainedModel, readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
export type { LoraSettings } from '#shared/model/lora/settings.ts';
export { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
export { floatTensors, type SafetensorsFile } from '#shared/model/safetensors/stored-tensor.ts';
export { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
export { type ModelPart, type SplitModel, splitModel } from '#shared/model/split-model.ts';
export type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
