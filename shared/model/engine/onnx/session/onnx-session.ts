import { availableParallelism } from 'node:os';
import { env, InferenceSession, listSupportedBackends, type Tensor } from 'onnxruntime-node';
import { ConfigError } from '#shared/errors.ts';
import type { OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { providerRemedy } from './provider-remedies.ts';

export interface OnnxSessionSettings {
  readonly provider: OnnxProvider;
  /** Threads per operator, one per core by default. */
  readonly threads?: number | undefined;
  /** Whether inputs have few different shapes that recur; true by default. */
  readonly shapesRecur?: boolean | undefined;
}

export type Feeds = Readonly<Record<string, Tensor>>;

/**
 * Loads a model.
 *
 * @param weights The model's external data, by name.
 * @throws {@link ConfigError} with the provider, the missing part and a remedy, if the provider cannot run
 *   here.
 */
export async function openSession(
  model: Uint8Array,
  weights: NamedTensors,
  settings: OnnxSessionSettings,
): Promise<InferenceSession> {
  const { provider, threads, shapesRecur = true } = settings;
  // Disables telemetry, which stores a machine identifier and reports loaded models. Must be set before the
  // first session.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  // ONNX Runtime also prints to the terminal each error that it throws.
  env.logLevel = 'fatal';
  // On CUDA, ONNX Runtime multiplies single-precision matrices with 10 bits of mantissa (TF32) if the card
  // can. onnxruntime-node does not expose its option for that; CUDA's libraries read this variable when they
  // load.
  if (provider === 'cuda') process.env.NVIDIA_TF32_OVERRIDE ??= '0';
  if (!listSupportedBackends().some(({ name }) => name === provider)) {
    throw new ConfigError('is not part of onnxruntime-node on this platform.', {
      subject: `setting provider ${provider}`,
      remedy: providerRemedy(provider),
    });
  }
  try {
    return await InferenceSession.create(model, {
      executionProviders: [provider],
      externalData: [...weights].map(([path, { data }]) => ({
        path,
        data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      // The graphs already use fused operators where they are faster. Fusions beyond `basic` depend on a
      // graph's outputs, so the same layer would round differently in inference and in training.
      graphOptimizationLevel: 'basic',
      intraOpNumThreads: threads ?? availableParallelism(),
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // ONNX Runtime keeps a memory plan for each input shape, without limit: memory would grow if shapes did
      // not recur.
      enableMemPattern: shapesRecur,
      // Otherwise one graph's idle threads spin on the cores that the next graph needs.
      extra: { session: { force_spinning_stop: '1' } },
    });
  } catch (cause) {
    throw new ConfigError(`cannot be used: ${reasonOf(cause)}`, {
      subject: `setting provider ${provider}`,
      remedy: providerRemedy(provider),
      cause,
    });
  }
}

/**
 * ONNX Runtime's reason as one sentence, without source locations, the failed condition and the host's name.
 */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const reason = text
    .split('\n', 1)[0]
    .replace(/^.* was false\. /, '')
    .replace(/^.*(?=CUDA failure \d)/, '')
    .replace(/ ; GPU=.*$/, '')
    .trimEnd();
  return reason.endsWith('.') ? reason : `${reason}.`;
}
