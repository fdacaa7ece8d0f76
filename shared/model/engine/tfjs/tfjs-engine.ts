import * as tf from '@tensorflow/tfjs-core';
import type { EmbeddedBatch, EncoderEngine, ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import { requireBatch } from '#shared/model/engine/require-batch.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { layoutFor } from '#shared/model/feature-layout.ts';
import { type FeatureKind, requireFeatures, requireTrainable } from '#shared/model/features.ts';
import { loraModules } from '#shared/model/lora/lora-modules.ts';
import { loraShapes, requireLora } from '#shared/model/lora/lora-parameters.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import { type NamedTensors, requireShape, type Tensor } from '#shared/model/tensor.ts';
import { backPropagate, disposeInputs, type EncoderInputs } from './back-propagation.ts';
import { paddingMasks } from './encoder-forward.ts';
import type { EncoderStage } from './encoder-stage.ts';
import { modelStages } from './model-stages.ts';
import { type OutputRows, outputRows } from './output-rows.ts';
import { fromTf, toTf, uploadWeights } from './tf-weights.ts';
import { selectTfjsBackend, type TfjsPreference } from './tfjs-backend.ts';
import { inverseNorms } from './transformer-ops.ts';

export interface TfjsEngineOptions {
  readonly features: FeatureKind;
  readonly lora: LoraSettings;
  readonly backend?: TfjsPreference;
}

class TfjsForwardPass implements ForwardPass {
  readonly features: Tensor;
  readonly retainedBytes: number;
  readonly #stages: readonly EncoderStage[];
  readonly #stageInputs: readonly tf.Tensor[];
  readonly #inputs: EncoderInputs;
  readonly #rows: OutputRows;

  constructor(
    output: Tensor,
    rows: OutputRows,
    stages: readonly EncoderStage[],
    stageInputs: readonly tf.Tensor[],
    inputs: EncoderInputs,
  ) {
    this.features = rows.features(output);
    this.#rows = rows;
    this.#stages = stages;
    this.#stageInputs = stageInputs;
    this.#inputs = inputs;
    this.retainedBytes = stageInputs.reduce(
      (sum, value) => sum + value.size * Float32Array.BYTES_PER_ELEMENT,
      0,
    );
  }

  async backward(featureGradient: Tensor): Promise<NamedTensors> {
    requireShape('feature gradient', featureGradient, this.features.shape);
    const output = this.#rows.output(featureGradient);
    const gradients = backPropagate(this.#stages, this.#stageInputs, this.#inputs, output);
    const named = new Map<string, Tensor>();
    for (const name of this.#inputs.lora.tensors.keys()) {
      const gradient = gradients.get(name);
      if (gradient !== undefined) named.set(name, await fromTf(gradient));
    }
    tf.dispose([...gradients.values()]);
    return named;
  }

  release(): void {
    tf.dispose([...this.#stageInputs]);
    disposeInputs(this.#inputs);
  }
}

function runStage(stage: EncoderStage, input: tf.Tensor, inputs: EncoderInputs): tf.Tensor {
  return tf.tidy(() => stage.run(input, inputs.masks, inputs.lora));
}

/** Copies a tensor from the backend and frees it there. */
async function takeBack(value: tf.Tensor): Promise<Tensor> {
  const result = await fromTf(value);
  value.dispose();
  return result;
}

/**
 * The encoder on TensorFlow.js with automatic gradients. The public interface of TensorFlow.js cannot keep a
 * tape open from a forward pass to a later backward pass, so the backward pass runs each stage again
 * (gradient checkpointing). This costs a third more arithmetic and keeps only one layer's activations in
 * memory.
 *
 * @param server The server's part of the model.
 * @throws {@link ModelError} when the model cannot give these features; {@link ConfigError} for LoRA settings
 *   that do not fit the features, or a backend that does not load.
 */
export async function createTfjsEngine(
  server: ModelPart,
  options: TfjsEngineOptions,
): Promise<EncoderEngine> {
  const { config } = server;
  const { features, lora: settings } = options;
  requireFeatures(features, server);
  requireTrainable(features, config, settings);
  const loraNames = [...loraShapes(config, settings).keys()];
  const scalings = new Map(loraModules(config, settings).map(({ name, scaling }) => [name, scaling]));
  const layout = layoutFor(features, describeModel(config).layout);
  const { backend, note } = await selectTfjsBackend(options.backend ?? 'auto');
  const weights = uploadWeights(server.tensors);
  const stages = modelStages(layout, weights, features, loraNames);

  function upload(batch: EmbeddedBatch, lora: NamedTensors): EncoderInputs {
    requireBatch(batch, config.hiddenSize);
    const { embeddings, lengths } = batch;
    const [, tokens] = embeddings.shape;
    const ordered = requireLora(config, settings, lora, 'LoRA');
    const tensors = new Map([...ordered].map(([name, value]) => [name, toTf(value)]));
    return {
      embeddings: toTf(embeddings),
      masks: paddingMasks(lengths, tokens),
      lora: { tensors, scalings, inverseNorms: inverseNorms(weights, tensors, scalings) },
    };
  }

  async function forward(batch: EmbeddedBatch, lora: NamedTensors): Promise<ForwardPass> {
    const inputs = upload(batch, lora);
    const stageInputs: tf.Tensor[] = [];
    let value = tf.clone(inputs.embeddings);
    for (const stage of stages) {
      stageInputs.push(value);
      value = runStage(stage, value, inputs);
    }
    const output = await takeBack(value);
    return new TfjsForwardPass(output, outputRows(features, batch), stages, stageInputs, inputs);
  }

  return {
    description: { engine: 'tfjs', backend, note },
    fillTokens: 0,
    forward,

    async forwardBatched(batches, lora) {
      const passes: ForwardPass[] = [];
      for (const batch of batches) passes.push(await forward(batch, lora));
      return passes;
    },

    async backwardBatched(passes) {
      const gradients: NamedTensors[] = [];
      for (const { pass, featureGradient } of passes) gradients.push(await pass.backward(featureGradient));
      return gradients;
    },

    async infer(batch, lora) {
      const inputs = upload(batch, lora);
      let value = tf.clone(inputs.embeddings);
      for (const stage of stages) {
        const input = value;
        value = runStage(stage, input, inputs);
        input.dispose();
      }
      disposeInputs(inputs);
      return outputRows(features, batch).features(await takeBack(value));
    },

    async dispose() {
      tf.dispose([...weights.values()]);
    },
  };
}
