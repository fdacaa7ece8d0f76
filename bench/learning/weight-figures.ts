import { createRunEngine } from '#functions/encoder/run-engine.ts';
import { exampleEmbedding } from '#functions/exchange/embed-examples.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { exampleCount } from '#shared/data/example-set.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { splitModel, writeModelPart } from '#shared/model/split-model.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { type WeightBits, weightsAsStored } from '#shared/model/weight-precision.ts';
import { loadExamples } from '#shared/preparation/load-examples.ts';

/** Test examples whose features are compared. */
const EXAMPLES = 64;

/** Effects of the bits per stored weight before training. */
export interface WeightFigures {
  /** Sizes of the stored model parts [bytes], which hold the frozen weights. */
  readonly deviceBytes: number;
  readonly encoderBytes: number;
  /** Features of test examples under the pre-trained model. */
  readonly features: Tensor;
}

/** Stores a run's model with the given bits per weight, reads it back, and computes features with it. */
export async function weightFigures(config: RunConfig, bitsPerWeight: WeightBits): Promise<WeightFigures> {
  const model = await readModelDirectory(config.model.directory, config.model.imageSize);
  const stored = splitModel(model);
  const tensors = weightsAsStored(model.tensors, bitsPerWeight);
  const { device, server } = splitModel({ ...model, tensors });
  const data = { ...config.data, trainExamples: 1, testExamples: EXAMPLES };
  const { test } = await loadExamples({ ...config, data }, model.config);
  const rows = Int32Array.from({ length: exampleCount(test) }, (_, row) => row);
  const engine = await createRunEngine(server, config);
  const lora = initialLora(model.config, config.lora, config.seed);
  const features = await engine.infer(exampleEmbedding(device).embed(test, rows), lora);
  await engine.dispose();
  return {
    deviceBytes: writeModelPart(stored.device, bitsPerWeight).length,
    encoderBytes: writeModelPart(stored.server, bitsPerWeight).length,
    features,
  };
}

/** Largest absolute difference, divided by the reference's largest magnitude. */
export function relativeDifference({ data }: Tensor, { data: reference }: Tensor): number {
  let difference = 0;
  let magnitude = 0;
  for (const [index, value] of reference.entries()) {
    difference = Math.max(difference, Math.abs(data[index] - value));
    magnitude = Math.max(magnitude, Math.abs(value));
  }
  return difference / magnitude;
}
