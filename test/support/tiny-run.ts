import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { type RunConfig, runConfigSchema } from '#shared/config/run-config.ts';
import { prepareRun } from '#shared/preparation/prepare-run.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { type RandomStream, randomStream } from '#shared/random/random-stream.ts';
import { modelFiles, tinyBertTensors } from './tiny-bert.ts';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const GOOD = ['fine', 'warm', 'bright', 'kind', 'calm', 'fresh', 'glad'];
const BAD = ['grim', 'cold', 'dull', 'mean', 'harsh', 'stale', 'sad'];

/**
 * Files of a model with random weights, its vocabulary, and training rows in the SST-2 layout.
 *
 * @param wordsOf Words of the next example.
 */
export function tinyModelAndData(
  examples = 60,
  wordsOf = (random: RandomStream): number => 1 + random.integer(5),
): Readonly<Record<string, string | Uint8Array>> {
  const random = randomStream(5, 'dataset');
  const rows = Array.from({ length: examples }, () => {
    const label = random.integer(2);
    const words = label === 1 ? GOOD : BAD;
    const length = wordsOf(random);
    return `${Array.from({ length }, () => words[random.integer(words.length)]).join(' ')}\t${label}`;
  });
  const table = (part: readonly string[]) => `sentence\tlabel\n${part.join('\n')}\n`;
  return {
    ...modelFiles(tinyBertTensors()),
    'vocab.txt': `${[...SPECIAL, ...GOOD, ...BAD].join('\n')}\n`,
    'tokenizer_config.json': JSON.stringify({ do_lower_case: true, tokenizer_class: 'BertTokenizer' }),
    'train.tsv': table(rows.slice(0, -12)),
    'dev.tsv': table(rows.slice(-12)),
  };
}

/** The same settings as options of `airtune run`. */
export function tinyArguments(folder: string): readonly string[] {
  return [
    ...['--model', folder, '--data', folder, '--devices', '3', '--rounds', '3', '--batch-size', '2'],
    ...['--lora-rank', '2', '--seed', '11', '--engine', 'onnx', '--set', 'data.maxTokens=8'],
    ...['--set', 'training.evaluateEvery=2'],
  ];
}

/** Settings of a run that is small enough to be repeated hundreds of times. */
export function tinyConfig(folder: string, changes: Readonly<Record<string, unknown>> = {}): RunConfig {
  return parseStrict(
    runConfigSchema,
    {
      seed: 11,
      model: { directory: folder },
      data: { directory: folder, maxTokens: 8 },
      lora: { rank: 2, alpha: 4 },
      head: { learningRate: 0.2 },
      server: { optimizer: { kind: 'adamw', learningRate: 0.01 }, engine: 'tfjs' },
      training: { devices: 3, rounds: 3, batchSize: 2, evaluateEvery: 2, graceSeconds: 36_000 },
      // Larger than features of this size, so that some payloads are inside messages and some are not.
      transport: { inlineBytes: 200 },
      ...changes,
    },
    'tiny run',
  );
}

/** Prepares a run under a new name. */
export async function prepareTinyRun(objects: ObjectStore, config: RunConfig): Promise<RunRecord> {
  const { record } = await prepareRun(config, `tiny-${randomUUID()}`, objects, 0);
  return record;
}
