import { AirtuneError } from '#shared/errors.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { EncoderEngine, EngineDescription } from './encoder-engine.ts';
import type { EngineChoice } from './engine-choices.ts';
import { loadOnnxEngine } from './onnx/load-onnx-engine.ts';
import type { OnnxProvider } from './onnx/spec/onnx-providers.ts';
import { type Precision, requirePrecision } from './precision.ts';
import { type Provider, requireOnnxProvider, requireTorchProvider } from './providers.ts';
import { requireDora } from './require-dora.ts';
import type { TorchProvider } from './torch/torch-providers.ts';

export interface EncoderEngineOptions {
  readonly engine: EngineChoice;
  readonly features: FeatureKind;
  readonly lora: LoraSettings;
  /** The provider of the engine. Default `auto`: CUDA if it is available, else the processor. */
  readonly provider?: Provider | 'auto' | undefined;
  /** Number format of weights and activations. Default `float32`, the only one of `onnx` and `tfjs`. */
  readonly precision?: Precision | undefined;
  /** Interpreter of the `torch` engine. Default: AIRTUNE_PYTHON, else `python3`. */
  readonly python?: string | undefined;
  /** Threads of the `onnx` and `torch` engines on a processor. Default: all cores. */
  readonly threads?: number | undefined;
  /**
   * Whether a batch must give the same bits regardless of the batches that it is computed with. Default:
   * true.
   */
  readonly deterministic?: boolean | undefined;
}

/**
 * Providers that `auto` tries. WebGPU is not one of them: without a graphics card it may find a slow software
 * emulation.
 */
const AUTO_PROVIDERS: readonly OnnxProvider[] = ['cuda', 'cpu'];

interface Candidate {
  readonly name: string;
  /** Loads the engine's library and makes the engine. */
  readonly create: () => Promise<EncoderEngine>;
}

/**
 * Makes the engine that runs a model's server part. `auto` chooses `onnx` if its library loads, else `tfjs`:
 * `onnx` is the faster one at every model size (see bench/encoder). A library is loaded only when its engine
 * is tried.
 *
 * @throws {@link ConfigError} when the requested engine cannot run here, or with `auto` no engine can;
 *   {@link ModelError} when the model cannot give these features.
 */
export async function createEncoderEngine(
  server: ModelPart,
  options: EncoderEngineOptions,
): Promise<EncoderEngine> {
  const candidates = engineCandidates(server, options);
  const reasons: string[] = [];
  for (const [index, { name, create }] of candidates.entries()) {
    try {
      return noted(await create(), reasons);
    } catch (error) {
      // An error in the model would occur on every engine, so it is thrown at once.
      if (index === candidates.length - 1 || isAboutModel(error)) throw error;
      reasons.push(`${name} does not load: ${lineOf(error)}`);
    }
  }
  throw new RangeError('there is always a candidate');
}

function engineCandidates(server: ModelPart, options: EncoderEngineOptions): readonly Candidate[] {
  const { engine, features, lora, provider = 'auto', threads, deterministic, python } = options;
  const { precision = 'float32' } = options;
  requirePrecision(engine === 'auto' ? 'onnx' : engine, precision);
  requireDora(precision, lora);
  const onnx = (wanted: OnnxProvider): Candidate => ({
    name: `onnx on ${wanted}`,
    create: async () => {
      const { createOnnxEngine } = await loadOnnxEngine();
      return createOnnxEngine(server, { features, lora, provider: wanted, threads, deterministic });
    },
  });
  // A provider that is named explicitly is never replaced by another one.
  const onnxes = (): readonly Candidate[] => {
    const wanted = requireOnnxProvider(provider);
    return (wanted === 'auto' ? AUTO_PROVIDERS : [wanted]).map(onnx);
  };
  const tfjs: Candidate = {
    name: 'tfjs',
    create: async () => {
      const { createTfjsEngine } = await import('./tfjs/tfjs-engine.ts');
      return createTfjsEngine(server, { features, lora });
    },
  };
  const torch = (wanted: TorchProvider | 'auto'): Candidate => ({
    name: 'torch',
    create: async () => {
      const { createTorchEngine } = await import('./torch/torch-engine.ts');
      const settings = { features, lora, precision, python, provider: wanted, threads, deterministic };
      return createTorchEngine(server, settings);
    },
  });
  switch (engine) {
    case 'onnx':
      return onnxes();
    case 'tfjs':
      return [tfjs];
    case 'torch':
      return [torch(requireTorchProvider(provider))];
    case 'auto':
      return provider === 'auto' ? [...onnxes(), tfjs] : onnxes();
  }
}

function isAboutModel(error: unknown): boolean {
  return error instanceof AirtuneError && error.kind === 'model';
}

function noted(engine: EncoderEngine, reasons: readonly string[]): EncoderEngine {
  if (reasons.length === 0) return engine;
  const { description } = engine;
  const notes = [...reasons, description.note].filter((note) => note !== '');
  const withReasons: EngineDescription = { ...description, note: notes.join('; ') };
  return { ...engine, description: withReasons };
}

function lineOf(error: unknown): string {
  if (error instanceof AirtuneError) return error.line;
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
}
