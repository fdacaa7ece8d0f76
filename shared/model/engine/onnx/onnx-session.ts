import { availableParallelism } from 'node:os';
import { env, InferenceSession, listSupportedBackends, type Tensor } from 'onnxruntime-node';
import { ConfigError } from '#shared/errors.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import type { OnnxProvider } from './onnx-providers.ts';
import { providerRemedy } from './provider-remedies.ts';

export interface OnnxSessionSettings {
  readonly provider: OnnxProvider;
  /** Threads that share one operator; all cores when not given. */
  readonly threads?: number | undefined;
  /** Whether inputs come in few different shapes, again and again; yes when not given. */
  readonly shapesRecur?: boolean | undefined;
}

export type Feeds = Readonly<Record<string, Tensor>>;

/**
 * Loads a model.
 *
 * @param weights What the model takes from outside, by name.
 * @throws {@link ConfigError} naming the provider, what is missing and what to do, when it cannot run here.
 */
export async function openSession(
  model: Uint8Array,
  weights: NamedTensors,
  settings: OnnxSessionSettings,
): Promise<InferenceSession> {
  const { provider, threads, shapesRecur = true } = settings;
  // Unless told before its first session, ONNX Runtime keeps an identifier of the machine and reports models to its maker.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  // ONNX Runtime would print to the terminal what it throws as well.
  env.logLevel = 'fatal';
  // On CUDA, ONNX Runtime multiplies single-precision matrices with 10 bits of mantissa (TF32) where the card can. Its
  // switch for that is out of onnxruntime-node's reach, but CUDA's libraries have one of their own, read when they load.
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
      // The graphs are written with the fused operators that pay. Fusions beyond `basic` would differ between graphs
      // with what they hand out, and the same layer would round differently in inference and in training.
      graphOptimizationLevel: 'basic',
      intraOpNumThreads: threads ?? availableParallelism(),
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // For all shapes that it has seen ONNX Runtime keeps where in memory it put what: without end, where they never recur.
      enableMemPattern: shapesRecur,
      // Idle threads of one graph would spin on the cores that the next graph needs.
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

/** ONNX Runtime's reason as one sentence, without places in its source, the condition that it found false and the host. */
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
