import { AirtuneError } from '#shared/errors.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import type { EncoderEngine, EngineDescription } from './encoder-engine.ts';
import type { OnnxProvider } from './onnx/spec/onnx-providers.ts';

/** Engines by name; `auto` takes the fastest that loads. */
export type EngineChoice = 'auto' | 'onnx' | 'tfjs';

export interface EncoderEngineOptions {
  readonly engine: EngineChoice;
  readonly features: FeatureKind;
  readonly lora: LoraSettings;
  /** What executes the `onnx` engine's graphs; `auto`, CUDA where it is there and else the processor, when not given. */
  readonly provider?: OnnxProvider | 'auto' | undefined;
  /** Threads of the `onnx` engine on a processor; all cores when not given. */
  readonly threads?: number | undefined;
  /** Whether a batch must give the same bits whatever runs together with it; yes when not given. */
  readonly deterministic?: boolean | undefined;
}

/** WebGPU is not among them: where there is no graphics card it may find a slow imitation of one. */
const AUTO_PROVIDERS: readonly OnnxProvider[] = ['cuda', 'cpu'];

interface Candidate {
  readonly name: string;
  /** Loads the engine's library and makes the engine. */
  readonly create: () => Promise<EncoderEngine>;
}

/**
 * Makes the engine that runs a model's server part. Of those here `onnx` is the faster one at every size of model
 * (see bench/encoder), so `auto` takes it wherever its library loads, and `tfjs` elsewhere. Libraries are loaded
 * when they are chosen, not before.
 *
 * @throws {@link ConfigError} when what was asked for cannot run here, or with `auto` nothing can; {@link ModelError}
 *   when the model cannot give these features.
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
      // What is wrong with the model or the settings is wrong on every engine, and the last one's error is as good.
      if (index === candidates.length - 1 || isAboutModel(error)) throw error;
      reasons.push(`${name} does not load: ${lineOf(error)}`);
    }
  }
  throw new RangeError('there is always a candidate');
}

function engineCandidates(server: ModelPart, options: EncoderEngineOptions): readonly Candidate[] {
  const { engine, features, lora, provider = 'auto', threads, deterministic } = options;
  const onnx = (wanted: OnnxProvider): Candidate => ({
    name: `onnx on ${wanted}`,
    create: async () => {
      const { createOnnxEngine } = await import('./onnx/onnx-engine.ts');
      return createOnnxEngine(server, { features, lora, provider: wanted, threads, deterministic });
    },
  });
  const tfjs: Candidate = {
    name: 'tfjs',
    create: async () => {
      const { createTfjsEngine } = await import('./tfjs/tfjs-engine.ts');
      return createTfjsEngine(server, { features, lora });
    },
  };
  // A provider that is named is meant: nothing else takes its place.
  const onnxes = (provider === 'auto' ? AUTO_PROVIDERS : [provider]).map(onnx);
  switch (engine) {
    case 'onnx':
      return onnxes;
    case 'tfjs':
      return [tfjs];
    case 'auto':
      return provider === 'auto' ? [...onnxes, tfjs] : onnxes;
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
