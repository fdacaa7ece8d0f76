import { type FeatureKind, requireFeatures, requireTrainable } from '../../features.ts';
import type { ModelConfig } from '../../hugging-face/model-config.ts';
import { requireLora } from '../../lora/lora-parameters.ts';
import type { LoraSettings } from '../../lora/lora-settings.ts';
import type { ModelPart } from '../../split-model.ts';
import { type NamedTensors, zeros } from '../../tensor.ts';
import type { EmbeddedBatch, EncoderEngine } from '../encoder-engine.ts';
import { ActivationSlabs } from './activation-slabs.ts';
import { AdaptedWeights } from './adapted-weights.ts';
import { batchChunks, scatterRows } from './batch-chunks.ts';
import { chunkRuns, LIKE_LENGTH, type RunLimits, SAME_LENGTH } from './chunk-runs.ts';
import { encoderGraphs } from './encoder-graphs.ts';
import { forwardRun } from './forward-run.ts';
import { encoderSpec, type WeightPlacement } from './graph/encoder-spec.ts';
import { FEATURES } from './graph/names.ts';
import { chunkFeeds, type GraphFeeds } from './graph-feeds.ts';
import { ortTensor } from './graph-runner.ts';
import type { GroupCost } from './length-groups.ts';
import { onnxForwardPass } from './onnx-forward-pass.ts';
import { type GraphSettings, graphSettings, type OnnxProvider } from './onnx-providers.ts';
import { passFeatures, planPass } from './planned-pass.ts';

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
  /** How the graphs are made, where that is not to be as suits the provider. */
  readonly graphs?: Partial<GraphSettings> | undefined;
  /**
   * Whether a batch must give the same bits whatever runs together with it; yes when not given. On a processor joining
   * batches changes nothing, but a graphics card's library picks its kernels by the number of rows.
   */
  readonly deterministic?: boolean | undefined;
}

/**
 * On a processor chunks are small enough for a layer's activations to stay in its cache, and one costs some 40 tokens
 * (bench/encoder/run-cost.ts); on a graphics card, assumed, they are to fill it, and few.
 */
const CHUNK_COST: Readonly<Record<OnnxProvider, GroupCost>> = {
  cpu: { maximumTokens: 520, groupTokens: 40 },
  cuda: { maximumTokens: 8192, groupTokens: 2000 },
  webgpu: { maximumTokens: 4096, groupTokens: 1000 },
};

/**
 * Whether batches can run joined without a changed bit, see {@link SAME_LENGTH}: on a processor, for widths that are whole
 * vector registers.
 */
function joinsExactly(provider: OnnxProvider, { hiddenSize, intermediateSize }: ModelConfig): boolean {
  return provider === 'cpu' && hiddenSize % VECTOR_VALUES === 0 && intermediateSize % VECTOR_VALUES === 0;
}

/** Values of the widest vector register. */
const VECTOR_VALUES = 16;

const RUNS_APART =
  'batches of several devices run one by one, so that none changes a bit of another (server.deterministic=false joins them)';

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
  const cost = CHUNK_COST[provider];
  const chunkCost = { ...cost, maximumTokens: options.chunkTokens ?? cost.maximumTokens };
  const made = { ...graphSettings(provider), ...options.graphs };
  const spec = encoderSpec(server, settings, kind, weightPlacement, made);
  const graphs = encoderGraphs(spec, { provider, threads }, made.activations);
  await graphs.forward.load();
  const adapted = new AdaptedWeights(spec, graphs);
  const slabs = new ActivationSlabs();
  const hidden = server.config.hiddenSize;
  const { deterministic = true } = options;
  const joins = !deterministic || joinsExactly(provider, server.config);
  const limits: RunLimits = {
    maximumTokens: joins ? chunkCost.maximumTokens : 0,
    leastLength: deterministic ? SAME_LENGTH : LIKE_LENGTH,
  };

  const loraFeeds = (lora: NamedTensors): Promise<GraphFeeds> => {
    requireLora(server.config, settings, lora, 'LoRA');
    return adapted.feeds(lora);
  };

  const forwardTogether = async (batches: readonly EmbeddedBatch[], lora: NamedTensors) => {
    const loraValues = await loraFeeds(lora);
    const cut = batches.map((batch) => batchChunks(batch, hidden, chunkCost));
    const passes = cut.map((chunks) => planPass(graphs.kept, slabs, chunks, hidden));
    try {
      for (const parts of chunkRuns(
        passes.flatMap(({ chunks }) => chunks),
        limits,
      )) {
        await forwardRun(graphs, slabs, loraValues, parts);
      }
    } catch (error) {
      for (const { slab } of passes) slabs.giveBack(slab);
      throw error;
    }
    return passes.map((pass) =>
      onnxForwardPass(graphs, slabs, pass, { features: passFeatures(pass.chunks, hidden), lora, loraValues }),
    );
  };

  return {
    description: { engine: 'onnx', backend: provider, note: joins || provider === 'cpu' ? '' : RUNS_APART },
    fillTokens: limits.maximumTokens,

    async forward(batch, lora) {
      const [pass] = await forwardTogether([batch], lora);
      return pass;
    },

    forwardTogether,

    async infer(batch, lora) {
      const loraValues = await loraFeeds(lora);
      const features = zeros([batch.lengths.length, hidden]);
      for (const chunk of batchChunks(batch, hidden, chunkCost)) {
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
