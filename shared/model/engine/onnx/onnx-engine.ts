import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { type FeatureKind, requireFeatures, requireTrainable } from '../../features.ts';
import { requireLora } from '../../lora/lora-parameters.ts';
import type { LoraSettings } from '../../lora/lora-settings.ts';
import type { ModelPart } from '../../split-model.ts';
import { type NamedTensors, zeros } from '../../tensor.ts';
import type { EmbeddedBatch, EncoderEngine } from '../encoder-engine.ts';
import { ActivationSlabs } from './activation-slabs.ts';
import { type BatchInputs, batchInputs } from './batch-inputs.ts';
import { encoderGraphs } from './encoder-graphs.ts';
import { encoderSpec, type WeightPlacement } from './graph/encoder-spec.ts';
import { FEATURES, TENSOR_INPUTS } from './graph/names.ts';
import { ortTensor } from './graph-runner.ts';
import { type KeptTensors, keptTensors, onnxForwardPass } from './onnx-forward-pass.ts';
import type { OnnxProvider } from './onnx-session.ts';

export interface OnnxEngineOptions {
  readonly features: FeatureKind;
  readonly lora: LoraSettings;
  /** What executes the graphs; `cpu` when not given. */
  readonly provider?: OnnxProvider | undefined;
  /** Threads of the `cpu` provider; all cores when not given. */
  readonly threads?: number | undefined;
  /** How the graphs get the frozen weights; what suits the provider when not given. */
  readonly weightPlacement?: WeightPlacement | undefined;
}

/**
 * The encoder on ONNX Runtime: a forward and an explicit backward graph, built from the model's config.
 *
 * @param server The server's part of the model.
 * @throws {@link ConfigError} when the provider cannot run here, {@link ModelError} for `pooled` features of a model
 *   without a pooler.
 */
export async function createOnnxEngine(
  server: ModelPart,
  options: OnnxEngineOptions,
): Promise<EncoderEngine> {
  const { lora: settings, features, provider = 'cpu', threads } = options;
  requireFeatures(features, server.tensors);
  requireTrainable(features, settings.targets);
  const weightPlacement = options.weightPlacement ?? (provider === 'cpu' ? 'fed' : 'embedded');
  const graphs = encoderGraphs(encoderSpec(server, settings, features, weightPlacement), {
    provider,
    threads,
  });
  await graphs.forward(false).load();
  const slabs = new ActivationSlabs();
  const hidden = server.config.hiddenSize;

  const feedsOf = (inputs: BatchInputs, lora: NamedTensors): ReadonlyMap<string, OrtTensor> =>
    new Map([
      ...batchFeeds(inputs, hidden),
      ...loraFeeds(requireLora(server.config, settings, lora, 'LoRA')),
    ]);

  return {
    description: { engine: 'onnx', backend: provider, note: '' },

    async forward(batch: EmbeddedBatch, lora: NamedTensors) {
      const inputs = batchInputs(batch, hidden);
      const feeds = feedsOf(inputs, lora);
      const kept: KeptTensors = keptTensors(graphs.kept, inputs, hidden, slabs);
      await graphs.forward(inputs.mask !== undefined).run(feeds, Object.fromEntries(kept.tensors));
      return onnxForwardPass({ graphs, feeds, kept, lora, slabs });
    },

    async infer(batch: EmbeddedBatch, lora: NamedTensors) {
      const inputs = batchInputs(batch, hidden);
      const features = zeros([inputs.batch, hidden]);
      await graphs
        .infer(inputs.mask !== undefined)
        .run(feedsOf(inputs, lora), { [FEATURES]: ortTensor(features.data, features.shape) });
      return features;
    },

    async dispose() {
      slabs.clear();
      await graphs.dispose();
    },
  };
}

function batchFeeds(inputs: BatchInputs, hidden: number): [string, OrtTensor][] {
  const { batch, tokens, embeddings, mask, tokenWeights } = inputs;
  const feeds: [string, OrtTensor][] = [
    [TENSOR_INPUTS.embeddings, ortTensor(embeddings, [batch, tokens, hidden])],
    [TENSOR_INPUTS.tokenWeights, ortTensor(tokenWeights, [tokens, batch, 1])],
  ];
  if (mask !== undefined) feeds.push([TENSOR_INPUTS.mask, ortTensor(mask, [batch, 1, 1, tokens])]);
  return feeds;
}

function loraFeeds(lora: NamedTensors): [string, OrtTensor][] {
  return [...lora].map(([name, { data, shape }]) => [name, ortTensor(data, shape)]);
}
