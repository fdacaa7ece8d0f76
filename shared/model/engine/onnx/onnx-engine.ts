import { type FeatureKind, requireFeatures, requireTrainable } from '../../features.ts';
import { requireLora } from '../../lora/lora-parameters.ts';
import type { LoraSettings } from '../../lora/lora-settings.ts';
import type { ModelPart } from '../../split-model.ts';
import { type NamedTensors, zeros } from '../../tensor.ts';
import type { EncoderEngine } from '../encoder-engine.ts';
import { ActivationSlabs } from './activation-slabs.ts';
import { AdaptedWeights } from './adapted-weights.ts';
import { batchChunks, scatterRows } from './batch-chunks.ts';
import { encoderGraphs } from './encoder-graphs.ts';
import { encoderSpec, type WeightPlacement } from './graph/encoder-spec.ts';
import { FEATURES } from './graph/names.ts';
import { chunkFeeds, type GraphFeeds } from './graph-feeds.ts';
import { ortTensor } from './graph-runner.ts';
import { type KeptPlan, keptTensors, planKept } from './kept-activations.ts';
import { onnxForwardPass, type PassChunk } from './onnx-forward-pass.ts';
import type { OnnxProvider } from './onnx-session.ts';

export interface OnnxEngineOptions {
  readonly features: FeatureKind;
  readonly lora: LoraSettings;
  /** What executes the graphs; `cpu` when not given. */
  readonly provider?: OnnxProvider | undefined;
  /** Threads of the `cpu` provider; all cores when not given. */
  readonly threads?: number | undefined;
  /** How the graphs get the frozen weights; `loaded`, the faster way, when not given. `fed` saves memory on a processor. */
  readonly weightPlacement?: WeightPlacement | undefined;
  /** Most tokens, padding included, that run through the graphs at once; what suits the provider when not given. */
  readonly chunkTokens?: number | undefined;
}

/** On a processor small enough for a layer's activations to stay in its cache; on a graphics card, to fill it. */
const CHUNK_TOKENS: Readonly<Record<OnnxProvider, number>> = { cpu: 400, cuda: 8192, webgpu: 4096 };

/**
 * The encoder on ONNX Runtime: a forward and an explicit backward graph, built from the model's config. The tensors
 * of a LoRA set must not change once it has been passed in: a new round brings new tensors.
 *
 * @param server The server's part of the model.
 * @throws {@link ConfigError} when the provider cannot run here, {@link ModelError} for `pooled` features of a model
 *   without a pooler.
 */
export async function createOnnxEngine(
  server: ModelPart,
  options: OnnxEngineOptions,
): Promise<EncoderEngine> {
  const { lora: settings, features: kind, provider = 'cpu', threads } = options;
  requireFeatures(kind, server.tensors);
  requireTrainable(kind, settings.targets);
  const weightPlacement = options.weightPlacement ?? 'loaded';
  const chunkTokens = options.chunkTokens ?? CHUNK_TOKENS[provider];
  const spec = encoderSpec(server, settings, kind, weightPlacement);
  const graphs = encoderGraphs(spec, { provider, threads });
  await graphs.forward.load();
  const adapted = new AdaptedWeights(spec, graphs);
  const slabs = new ActivationSlabs();
  const hidden = server.config.hiddenSize;

  const loraFeeds = (lora: NamedTensors): Promise<GraphFeeds> => {
    requireLora(server.config, settings, lora, 'LoRA');
    return adapted.feeds(lora);
  };

  return {
    description: { engine: 'onnx', backend: provider, note: '' },

    async forward(batch, lora) {
      const loraValues = await loraFeeds(lora);
      const features = zeros([batch.lengths.length, hidden]);
      let retainedBytes = 0;
      const plans = batchChunks(batch, hidden, chunkTokens).map((chunk) => {
        const plan: KeptPlan = planKept(graphs.kept, chunk, hidden, retainedBytes);
        retainedBytes += plan.byteLength;
        return { chunk, plan };
      });
      const slab = slabs.take(retainedBytes);
      const chunks: PassChunk[] = [];
      for (const { chunk, plan } of plans) {
        const feeds = new Map([...loraValues, ...chunkFeeds(chunk)]);
        const kept = keptTensors(plan, slab);
        await graphs.forward.run(feeds, Object.fromEntries(kept.tensors));
        scatterRows(kept.features.data, hidden, chunk.members, features.data);
        chunks.push({ chunk, feeds, kept });
      }
      return onnxForwardPass(graphs, slabs, { features, lora, chunks, slab, retainedBytes });
    },

    async infer(batch, lora) {
      const loraValues = await loraFeeds(lora);
      const features = zeros([batch.lengths.length, hidden]);
      for (const chunk of batchChunks(batch, hidden, chunkTokens)) {
        const rows = zeros([chunk.members.length, hidden]);
        const feeds = new Map([...loraValues, ...chunkFeeds(chunk)]);
        await graphs.infer.run(feeds, { [FEATURES]: ortTensor(rows.data, rows.shape) });
        scatterRows(rows.data, hidden, chunk.members, features.data);
      }
      return features;
    },

    async dispose() {
      adapted.forget();
      slabs.clear();
      await graphs.dispose();
    },
  };
}
