import type { EmbeddedBatch, EncoderEngine, ForwardPass } from '#shared/model/engine/encoder-engine.ts';
import { type FeatureKind, requireFeatures, requireTrainable } from '#shared/model/features.ts';
import { requireLora } from '#shared/model/lora/lora-parameters.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { ActivationSlabs } from './activation-slabs.ts';
import { type EncoderSpec, encoderFunction, type GraphForm, type LayoutName } from './graph/encoder-spec.ts';
import { graphForm, type OnnxProvider } from './onnx-providers.ts';
import { PackedEncoder } from './packed/packed-encoder.ts';
import { PackedPass } from './packed/packed-pass.ts';
import { PaddedEncoder } from './padded/padded-encoder.ts';
import { requireBatch } from './require-batch.ts';
import { joinsExactly, LONGEST_PACKED, RUN_COST } from './run-limits.ts';

export interface OnnxEngineOptions {
  readonly features: FeatureKind;
  readonly lora: LoraSettings;
  /** What executes the graphs; `cpu` when not given. */
  readonly provider?: OnnxProvider | undefined;
  /** Threads of the `cpu` provider; all cores when not given. */
  readonly threads?: number | undefined;
  /** Most tokens, padding included, that run through the graphs at once; what suits the provider when not given. */
  readonly chunkTokens?: number | undefined;
  /** How the graphs are made, where that is not to be as suits the provider. */
  readonly graphs?: Partial<Omit<GraphForm, 'states'>> | undefined;
  /**
   * Whether a batch must give the same bits whatever runs together with it; yes when not given. On a processor joining
   * batches changes nothing, but a graphics card's library picks its kernels by the number of rows.
   */
  readonly deterministic?: boolean | undefined;
}

const RUNS_APART =
  'batches of several devices run one by one, so that none changes a bit of another (server.deterministic=false joins them)';

/**
 * The encoder on ONNX Runtime: forward and explicit backward graphs, built from the model's config. Batches that fill a
 * run by themselves are padded and run alone, smaller ones are packed and run together. The tensors of a LoRA set must
 * not change once it has been passed in: a new round brings new tensors.
 *
 * @param server The server's part of the model.
 * @throws {@link ConfigError} when the provider cannot run here, {@link ModelError} for `pooled` features of a model
 *   without a pooler.
 */
export async function createOnnxEngine(
  server: ModelPart,
  options: OnnxEngineOptions,
): Promise<EncoderEngine> {
  const { features: kind, lora: settings, provider = 'cpu', threads } = options;
  requireFeatures(kind, server.tensors);
  requireTrainable(kind, settings.targets);
  const { deterministic = true } = options;
  const cost = RUN_COST[provider];
  const maximumTokens = options.chunkTokens ?? cost.maximumTokens;
  const made = encoderFunction(server, settings, kind);
  const specOf = (states: LayoutName): EncoderSpec => ({
    ...made,
    ...graphForm(provider, states),
    ...options.graphs,
  });
  const session = { provider, threads };
  const slabs = new ActivationSlabs();
  const padded = new PaddedEncoder(specOf('padded'), session, slabs, { ...cost, maximumTokens });
  const packed = new PackedEncoder(specOf('packed'), session, slabs, maximumTokens);
  await padded.load();
  const joins = !deterministic || joinsExactly(provider, server.config, settings.rank);
  const { hiddenSize } = made.layout;

  const isPacked = ({ lengths }: EmbeddedBatch): boolean =>
    joins &&
    lengths.reduce((sum, length) => sum + length, 0) <= maximumTokens &&
    (!deterministic || lengths.every((length) => length <= LONGEST_PACKED));

  const forwardTogether = async (batches: readonly EmbeddedBatch[], lora: NamedTensors) => {
    for (const batch of batches) requireBatch(batch, hiddenSize);
    requireLora(server.config, settings, lora, 'LoRA');
    const joined: ForwardPass[] = [...(await packed.forward(batches.filter(isPacked), lora))];
    const passes: ForwardPass[] = [];
    try {
      for (const batch of batches) {
        const pass = isPacked(batch) ? joined.shift() : undefined;
        passes.push(pass ?? (await padded.forward(batch, lora)));
      }
      return passes;
    } catch (error) {
      for (const pass of [...passes, ...joined]) pass.release();
      throw error;
    }
  };

  return {
    description: { engine: 'onnx', backend: provider, note: joins || provider === 'cpu' ? '' : RUNS_APART },
    // One run: gathering for several fills runs of every length better, but a device then waits for others' work too, and a
    // deployed encoder's times can no longer be predicted from another run's (bench/calibration/ministack.ts).
    fillTokens: joins ? maximumTokens : 0,

    async forward(batch, lora) {
      const [pass] = await forwardTogether([batch], lora);
      return pass;
    },

    forwardTogether,

    async backwardTogether(passes) {
      const joined = passes.flatMap(({ pass, featureGradient }) =>
        pass instanceof PackedPass ? [{ pass, featureGradient }] : [],
      );
      const gradients = [...(await packed.backward(joined))];
      const results: NamedTensors[] = [];
      for (const { pass, featureGradient } of passes) {
        const made = pass instanceof PackedPass ? gradients.shift() : undefined;
        results.push(made ?? (await pass.backward(featureGradient)));
      }
      return results;
    },

    async infer(batch, lora) {
      requireBatch(batch, hiddenSize);
      requireLora(server.config, settings, lora, 'LoRA');
      return isPacked(batch) ? packed.infer(batch, lora) : padded.infer(batch, lora);
    },

    async dispose() {
      slabs.clear();
      await Promise.all([padded.dispose(), packed.dispose()]);
    },
  };
}
