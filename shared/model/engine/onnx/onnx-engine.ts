import {
  type EmbeddedBatch,
  type EncoderEngine,
  type ForwardPass,
  NOT_JOINED,
} from '#shared/model/engine/encoder-engine.ts';
import { requireBatch } from '#shared/model/engine/require-batch.ts';
import { type FeatureKind, requireFeatures, requireTrainable } from '#shared/model/features.ts';
import { requireLora } from '#shared/model/lora/lora-parameters.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { BufferPool } from './memory/buffer-pool.ts';
import { PackedEncoder } from './packed/packed-encoder.ts';
import { PackedPass } from './packed/packed-pass.ts';
import { PaddedEncoder } from './padded/padded-encoder.ts';
import { type EncoderSpec, encoderFunction } from './spec/encoder-spec.ts';
import { type GraphForm, graphForm, type StateLayout } from './spec/graph-form.ts';
import type { OnnxProvider } from './spec/onnx-providers.ts';
import { joinsExactly, LONGEST_PACKED, RUN_COST } from './spec/run-limits.ts';

export interface OnnxEngineOptions {
  readonly features: FeatureKind;
  readonly lora: LoraSettings;
  /** Execution provider, `cpu` by default. */
  readonly provider?: OnnxProvider | undefined;
  /** Threads of the `cpu` provider, one per core by default. */
  readonly threads?: number | undefined;
  /** Maximum tokens of a run, padding included; the provider's own by default (`RUN_COST`). */
  readonly chunkTokens?: number | undefined;
  /** Deviations from the provider's form of the graphs, for tests and benchmarks. */
  readonly graphs?: Partial<Omit<GraphForm, 'states'>> | undefined;
  /**
   * Whether a batch's results must be bit-identical for any other contents of its run; true by default. On a
   * processor joining batches changes no bit; a graphics card's library chooses kernels by the number of
   * rows.
   */
  readonly deterministic?: boolean | undefined;
}

/**
 * The encoder on ONNX Runtime: forward and explicit backward graphs, built from the model's layout. A batch
 * that fills a run is padded and runs alone; smaller batches are packed and run joined. The tensors of a LoRA
 * set must not change after they were passed in, because merged weights are kept per set: a new round brings
 * new tensors.
 *
 * @param server The server's part of the model.
 * @throws {@link ConfigError} if the provider cannot run here, {@link ModelError} for `pooled` features of a
 *   model without a pooler.
 */
export async function createOnnxEngine(
  server: ModelPart,
  options: OnnxEngineOptions,
): Promise<EncoderEngine> {
  const { features: kind, lora: settings, provider = 'cpu', threads } = options;
  requireFeatures(kind, server);
  requireTrainable(kind, server.config, settings);
  const { deterministic = true } = options;
  const cost = RUN_COST[provider];
  const maximumTokens = options.chunkTokens ?? cost.maximumTokens;
  const encoder = encoderFunction(server, settings, kind);
  const specOf = (states: StateLayout): EncoderSpec => ({
    ...encoder,
    ...graphForm(provider, states),
    ...options.graphs,
  });
  const session = { provider, threads };
  const pool = new BufferPool();
  const padded = new PaddedEncoder(specOf('padded'), session, pool, { ...cost, maximumTokens });
  const packed = new PackedEncoder(specOf('packed'), session, pool, maximumTokens);
  await padded.load();
  const ranks = [...encoder.loraModules.values()].map(({ rank }) => rank);
  const joins = !deterministic || joinsExactly(provider, encoder.layout, ranks);
  const { hiddenSize } = encoder.layout;

  let checkedLora: NamedTensors | undefined;
  /** Checks a LoRA set once: all batches of a round use the same one, and its tensors do not change. */
  const requireSameLora = (lora: NamedTensors): void => {
    if (lora === checkedLora) return;
    requireLora(server.config, settings, lora, 'LoRA');
    checkedLora = lora;
  };

  const isPacked = ({ lengths }: EmbeddedBatch): boolean =>
    joins &&
    lengths.reduce((sum, length) => sum + length, 0) <= maximumTokens &&
    (!deterministic || lengths.every((length) => length <= LONGEST_PACKED));

  const forwardBatched = async (batches: readonly EmbeddedBatch[], lora: NamedTensors) => {
    for (const batch of batches) requireBatch(batch, hiddenSize);
    requireSameLora(lora);
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
    description: { engine: 'onnx', backend: provider, note: joins || provider === 'cpu' ? '' : NOT_JOINED },
    // One run. Gathering more would fill runs a little better, but a device would wait for others' work
    // too, and a deployed encoder's times could not be predicted from another run's
    // (bench/calibration/ministack.ts).
    fillTokens: joins ? maximumTokens : 0,

    async forward(batch, lora) {
      const [pass] = await forwardBatched([batch], lora);
      return pass;
    },

    forwardBatched,

    async backwardBatched(passes) {
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
      requireSameLora(lora);
      return isPacked(batch) ? packed.infer(batch, lora) : padded.infer(batch, lora);
    },

    async dispose() {
      pool.clear();
      await Promise.all([padded.dispose(), packed.dispose()]);
    },
  };
}
