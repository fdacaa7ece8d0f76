import * as z from 'zod';
import {
  type EmbeddedBatch,
  type EncoderEngine,
  type ForwardPass,
  NOT_JOINED,
  type PassGradient,
} from '#shared/model/engine/encoder-engine.ts';
import type { Precision } from '#shared/model/engine/precision.ts';
import { requireBatch } from '#shared/model/engine/require-batch.ts';
import { requireDora } from '#shared/model/engine/require-dora.ts';
import { type FeatureKind, requireFeatures, requireTrainable } from '#shared/model/features.ts';
import { loraShapes, requireLora } from '#shared/model/lora/lora-parameters.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import {
  floatTensor,
  type StoredTensors,
  type WritableTensor,
} from '#shared/model/safetensors/stored-tensor.ts';
import type { ModelPart } from '#shared/model/split-model.ts';
import { type NamedTensors, requireShape, type Tensor } from '#shared/model/tensor.ts';
import { modelDescription, usedTensors } from './model-description.ts';
import { PythonHost } from './python-host.ts';
import type { PythonProcess } from './python-process.ts';
import { type PassGroup, TorchPass } from './torch-pass.ts';
import type { TorchProvider } from './torch-providers.ts';

export interface TorchEngineOptions {
  readonly features: FeatureKind;
  readonly lora: LoraSettings;
  /** Number format of weights and activations, `float32` by default. */
  readonly precision?: Precision | undefined;
  /** The interpreter; AIRTUNE_PYTHON, else `python3`, by default. */
  readonly python?: string | undefined;
  /** Device; `auto`, CUDA if it is there and else the processor, by default. */
  readonly provider?: TorchProvider | 'auto' | undefined;
  /** Threads on a processor, PyTorch's choice by default. */
  readonly threads?: number | undefined;
  /**
   * Whether a batch's results must be bit-identical whatever else is computed; true by default. PyTorch's
   * libraries choose kernels by the number of rows, so batches of several devices are joined only if not.
   */
  readonly deterministic?: boolean | undefined;
  /** A process that several engines share; an own one by default. */
  readonly host?: PythonHost | undefined;
}

/** Bytes of weights in one request, so that neither side holds the model twice. */
const WEIGHTS_BYTES = 64 * 1024 * 1024;

/** Tokens that fill a run, by device: above them a step costs the same for each token. */
const FILL_TOKENS: Readonly<Record<string, number>> = { cpu: 2048 };
const CARD_FILL_TOKENS = 16_384;

/** A pass of this engine, and its feature gradient. */
interface TorchGradient extends PassGradient {
  readonly pass: TorchPass;
}

const passesSchema = z.object({
  passes: z.array(z.object({ pass: z.int(), group: z.int(), groupBytes: z.number() })),
});

/** The process that holds the model, and the LoRA set that it has. */
interface Place {
  readonly process: PythonProcess;
  lora: NamedTensors | undefined;
}

/**
 * The encoder in a Python process with PyTorch and transformers. Activations stay there between forward and
 * backward pass. When the process ends, calls fail with a retryable error, and the next forward pass starts a
 * new process. The tensors of a LoRA set must not change after they were passed in: a set is sent once.
 *
 * @param server The server's part of the model.
 * @throws {@link ConfigError} when Python, a package, the device or the precision is not there;
 *   {@link ModelError} when the model cannot give these features, or transformers builds it otherwise.
 */
export async function createTorchEngine(
  server: ModelPart,
  options: TorchEngineOptions,
): Promise<EncoderEngine> {
  const { config } = server;
  const { features, lora: settings, precision = 'float32', deterministic = true } = options;
  const { python, provider = 'auto', threads } = options;
  requireDora(precision, settings);
  requireFeatures(features, server);
  requireTrainable(features, config, settings);
  const host = options.host ?? new PythonHost({ python, provider, threads, deterministic });
  const loraNames = [...loraShapes(config, settings).keys()];
  const model = crypto.randomUUID();
  let placing: Promise<Place> | undefined;

  async function load(process: PythonProcess): Promise<Place> {
    const description = modelDescription(server, { features, lora: settings, precision });
    await process.ask({ call: 'model', model, ...description });
    for (const group of weightGroups(server, features)) {
      await process.ask({ call: 'weights', model }, group);
    }
    await process.ask({ call: 'build', model });
    return { process, lora: undefined };
  }

  /** The model in a running process. */
  async function placed(): Promise<Place> {
    const current = await placing?.catch(() => undefined);
    if (current !== undefined && !current.process.hasEnded) return current;
    placing = host.running().then(load);
    return placing;
  }

  /** Tensors of a request: the batches, and LoRA unless the process has this set. */
  function requestTensors(
    { lora: known }: Place,
    batches: readonly EmbeddedBatch[],
    lora: NamedTensors,
  ): ReadonlyMap<string, WritableTensor> {
    const tensors = new Map<string, WritableTensor>();
    for (const [index, { embeddings, lengths }] of batches.entries()) {
      tensors.set(`embeddings.${index}`, embeddings);
      tensors.set(`lengths.${index}`, { shape: [lengths.length], data: lengths });
    }
    if (known === lora) return tensors;
    for (const [name, value] of requireLora(config, settings, lora, 'LoRA'))
      tensors.set(`lora.${name}`, value);
    return tensors;
  }

  /** Asks for a computation on batches. The LoRA set counts as sent once the process has answered. */
  async function askWith(
    call: 'forward' | 'infer',
    batches: readonly EmbeddedBatch[],
    lora: NamedTensors,
  ): Promise<{
    readonly process: PythonProcess;
    readonly message: unknown;
    readonly tensors: StoredTensors;
  }> {
    for (const batch of batches) requireBatch(batch, config.hiddenSize);
    const here = await placed();
    const tensors = requestTensors(here, batches, lora);
    const request = { call, model, batches: batches.length, join: !deterministic };
    const reply = await here.process.ask(request, tensors);
    here.lora = lora;
    return { process: here.process, ...reply };
  }

  async function forwardBatched(
    batches: readonly EmbeddedBatch[],
    lora: NamedTensors,
  ): Promise<readonly ForwardPass[]> {
    if (batches.length === 0) return [];
    const { process, message, tensors } = await askWith('forward', batches, lora);
    const groups = new Map<number, PassGroup>();
    return passesSchema.parse(message).passes.map(({ pass: id, group: number, groupBytes }, index) => {
      const group = groups.get(number) ?? { bytes: groupBytes, members: 0 };
      groups.set(number, group);
      const made = floatTensor(tensors, `features.${index}`, 'reply of the torch engine');
      return new TorchPass({ process, id, group }, made, backwardOne);
    });
  }

  async function backwardOne(pass: TorchPass, featureGradient: Tensor): Promise<NamedTensors> {
    const [gradients] = await backwardIn(pass.process, [{ pass, featureGradient }]);
    return gradients;
  }

  async function backwardIn(
    process: PythonProcess,
    passes: readonly TorchGradient[],
  ): Promise<readonly NamedTensors[]> {
    for (const { pass, featureGradient } of passes) {
      requireShape('feature gradient', featureGradient, pass.features.shape);
    }
    const { tensors } = await process.ask(
      { call: 'backward', passes: passes.map(({ pass }) => pass.id) },
      new Map(passes.map(({ featureGradient }, index) => [`gradient.${index}`, featureGradient])),
    );
    return passes.map(
      (_, index) =>
        new Map(
          loraNames.map((name) => [
            name,
            floatTensor(tensors, `${index}.${name}`, 'reply of the torch engine'),
          ]),
        ),
    );
  }

  const { process } = await placed().catch(async (error: unknown) => {
    if (options.host === undefined) await host.close();
    throw error;
  });
  const { backend } = process.hello;

  return {
    description: {
      engine: 'torch',
      backend: precision === 'float32' ? backend : `${backend}, ${precision}`,
      note: deterministic ? NOT_JOINED : '',
    },
    fillTokens: deterministic ? 0 : (FILL_TOKENS[backend] ?? CARD_FILL_TOKENS),

    async forward(batch, lora) {
      const [pass] = await forwardBatched([batch], lora);
      return pass;
    },

    forwardBatched,

    async backwardBatched(passes) {
      const results = new Map<ForwardPass, NamedTensors>();
      for (const [process, own] of byProcess(passes)) {
        const gradients = await backwardIn(process, own);
        own.forEach(({ pass }, index) => {
          results.set(pass, gradients[index]);
        });
      }
      return passes.flatMap(({ pass }) => results.get(pass) ?? []);
    },

    async infer(batch, lora) {
      const { tensors } = await askWith('infer', [batch], lora);
      return floatTensor(tensors, 'features.0', 'reply of the torch engine');
    },

    async dispose() {
      if (options.host === undefined) await host.close();
      else await placing?.then(({ process }) => process.ask({ call: 'drop', model })).catch(() => {});
    },
  };
}

function byProcess(passes: readonly PassGradient[]): ReadonlyMap<PythonProcess, readonly TorchGradient[]> {
  const found = new Map<PythonProcess, TorchGradient[]>();
  for (const { pass, featureGradient } of passes) {
    if (!(pass instanceof TorchPass)) throw new TypeError('a pass of another engine');
    const own = found.get(pass.process) ?? [];
    own.push({ pass, featureGradient });
    found.set(pass.process, own);
  }
  return found;
}

/** The weights in groups of about {@link WEIGHTS_BYTES}. */
function* weightGroups(server: ModelPart, features: FeatureKind): Generator<ReadonlyMap<string, Tensor>> {
  let group = new Map<string, Tensor>();
  let bytes = 0;
  for (const name of usedTensors(server, features)) {
    const value = server.tensors.get(name);
    if (value === undefined) continue;
    group.set(name, value);
    bytes += value.data.byteLength;
    if (bytes < WEIGHTS_BYTES) continue;
    yield group;
    group = new Map();
    bytes = 0;
  }
  yield group;
}
