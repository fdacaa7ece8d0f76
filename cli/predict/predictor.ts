import { createRunEngine } from '#functions/encoder/run-engine.ts';
import { exampleEmbedding } from '#functions/exchange/embed-examples.ts';
import { findAdapterFolder, readAdapterFolder } from '#run/output/adapter-folder.ts';
import { type ExampleSet, exampleCount } from '#shared/data/example-set.ts';
import { headLogits, predictedLabels } from '#shared/model/head/head-pass.ts';
import { labelProbabilities } from '#shared/model/head/probabilities.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { splitModel } from '#shared/model/split-model.ts';
import { weightsAsStored } from '#shared/model/weight-precision.ts';
import { headForm } from '#shared/protocol/run-record.ts';
import { readTrainedHead } from './trained-head.ts';
import type { TrainedRun } from './trained-run.ts';

/** A trained model's prediction for one input. */
export type Prediction =
  | {
      /** The label with the largest probability. */
      readonly label: string;
      /** Probability of each label, by name; the sum is 1. */
      readonly probabilities: Readonly<Record<string, number>>;
    }
  | {
      /** The score, in the unit of the training scores. */
      readonly score: number;
    };

export interface Predictor {
  /** Returns one prediction for each example, in order. The examples' labels are ignored. */
  predict(examples: ExampleSet): Promise<readonly Prediction[]>;
  dispose(): Promise<void>;
}

/**
 * Loads a trained model: the pre-trained model, the run's LoRA, and one of its heads.
 *
 * @param head A device's number, or `averaged`.
 * @throws ModelError, ConfigError naming the part that does not fit.
 */
export async function openPredictor(run: TrainedRun, head: string): Promise<Predictor> {
  const { config, labelNames, score } = run;
  const model = await readModelDirectory(config.model.directory, config.model.imageSize);
  const adapter = await readAdapterFolder(await findAdapterFolder(run.folder), model.config);
  const { hiddenSize } = model.config;
  const form = headForm({ config, hiddenSize, labelNames: [...labelNames] });
  const trainedHead = await readTrainedHead(run.folder, head, form);
  const tensors = weightsAsStored(model.tensors, config.model.bitsPerWeight);
  const { device, server } = splitModel({ ...model, tensors });
  const embedding = exampleEmbedding(device);
  const engine = await createRunEngine(server, { ...config, lora: adapter.settings });

  return {
    async predict(examples) {
      const rows = Int32Array.from({ length: exampleCount(examples) }, (_, row) => row);
      const features = await engine.infer(embedding.embed(examples, rows), adapter.tensors);
      const logits = headLogits(trainedHead, features);
      if (score !== undefined) {
        return Array.from(logits.data, (value) => ({ score: score.mean + score.deviation * value }));
      }
      const labels = predictedLabels(logits);
      return labelProbabilities(logits).map((probabilities, row) => ({
        label: labelNames[labels[row]],
        probabilities: Object.fromEntries(labelNames.map((name, label) => [name, probabilities[label]])),
      }));
    },
    dispose: () => engine.dispose(),
  };
}
