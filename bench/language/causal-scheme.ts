import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { type RunConfig, runConfigSchema } from '#shared/config/run-config.ts';
import { exampleCount } from '#shared/data/example-set.ts';
import { miniBatch } from '#shared/data/mini-batch.ts';
import { decodeShard } from '#shared/data/shard.ts';
import { readModelConfig } from '#shared/model/hugging-face/model-directory.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { writePeftAdapter } from '#shared/model/lora/write-peft-adapter.ts';
import { prepareRun } from '#shared/preparation/prepare-run.ts';
import { preparedKeys } from '#shared/protocol/keys.ts';

/** A causal run of a model of bench/language/synthetic.py: every device in every round. */
export interface CausalScheme {
  readonly model: string;
  /** Folder with train.txt and test.txt. */
  readonly texts: string;
  readonly rounds: number;
  readonly seed: number;
}

const DEVICES = 4;
const BATCH = 8;
const MAX_TOKENS = 32;
const RANK = 8;
/** Step sizes of LoRA (AdamW) and of the devices' final norms (SGD). */
const LORA_RATE = 0.01;
const NORM_RATE = 0.05;

/** The scheme as settings of `airtune run`, with tests before the first and after the last round. */
export function causalSettings({ model, texts, rounds, seed }: CausalScheme) {
  return {
    seed,
    model: { directory: model },
    data: { directory: texts, task: 'causal-lm', maxTokens: MAX_TOKENS },
    lora: { rank: RANK, alpha: 2 * RANK, targets: ['all-linear'] },
    server: { optimizer: { kind: 'adamw', learningRate: LORA_RATE } },
    head: { learningRate: NORM_RATE },
    training: { devices: DEVICES, rounds, batchSize: BATCH, evaluateEvery: rounds },
    scheduling: { policy: 'all-in' },
  };
}

/** The scheme as arguments of bench/language/causal_pytorch.py. */
export function pytorchArguments({ model, texts, rounds, seed }: CausalScheme): readonly string[] {
  return [
    ...[model, texts, '--seed', `${seed}`, '--rounds', `${rounds}`, '--devices', `${DEVICES}`],
    ...['--batch', `${BATCH}`, '--tokens', `${MAX_TOKENS}`, '--rank', `${RANK}`],
    ...['--rate', `${LORA_RATE}`, '--norm-rate', `${NORM_RATE}`],
  ];
}

/**
 * Writes the random draws of a run of the scheme, for `causal_pytorch.py --draws`: `adapter/`, LoRA before
 * the first round, and `batches.json`: token ids of the sequences of every mini-batch,
 * [round][device][sequence].
 */
export async function writeDraws(scheme: CausalScheme, folder: string): Promise<void> {
  const config = parseStrict(runConfigSchema, causalSettings(scheme), 'scheme');
  mkdirSync(join(folder, 'adapter'), { recursive: true });
  writeFileSync(join(folder, 'batches.json'), JSON.stringify(await drawnBatches(config)));
  const model = await readModelConfig(scheme.model);
  const adapter = { settings: config.lora, tensors: initialLora(model, config.lora, config.seed) };
  const files = writePeftAdapter(model, adapter, 'base', 'language');
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, 'adapter', name), bytes);
}

async function drawnBatches(config: RunConfig): Promise<readonly (readonly (readonly number[][])[])[]> {
  const objects = new MemoryObjectStore();
  const { record } = await prepareRun(config, 'draws', objects, 0);
  const { seed, training } = config;
  const shards = await Promise.all(
    Array.from({ length: training.devices }, async (_, device) => {
      const key = preparedKeys.shard(record.prepared, device);
      return decodeShard(await requireObject(objects, key), key).examples;
    }),
  );
  return Array.from({ length: training.rounds }, (_, round) =>
    shards.map((examples, device) => {
      if (examples.kind !== 'tokens') throw new TypeError('a shard without tokens');
      const rows = miniBatch(seed, round, device, exampleCount(examples), training.batchSize);
      const { tokenIds, offsets } = examples;
      return [...rows].map((row) => [...tokenIds.subarray(offsets[row], offsets[row + 1])]);
    }),
  );
}
