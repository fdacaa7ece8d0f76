import type { FunctionName } from '#shared/protocol/message.ts';

/** What a function may do and nothing else; object keys are patterns as IAM reads them, `*` standing for anything. */
export interface FunctionAccess {
  readonly reads: readonly string[];
  /** Written, and read back: a write whose answer was lost looks whether the object is its own. */
  readonly writes: readonly string[];
  readonly sendsTo: readonly FunctionName[];
}

/**
 * Every function sends to its own queue too, to delay again what comes too early. A device function reads shards, and
 * neither the test set nor any checkpoint; the encoder sees embeddings and gradients, and no shard.
 */
export const FUNCTION_ACCESS: Readonly<Record<FunctionName, FunctionAccess>> = {
  scheduler: {
    reads: [
      'runs/*/run.json',
      'runs/*/control.json',
      'runs/*/rounds/*/closing.json',
      'runs/*/rounds/*/answered.json',
    ],
    writes: ['runs/*/rounds/*/plan.json', 'runs/*/rounds/*/commit.json'],
    sendsTo: ['scheduler', 'device', 'encoder'],
  },
  device: {
    reads: [
      'prepared/*/device-model.safetensors',
      'prepared/*/shards/*',
      'runs/*/run.json',
      'payloads/*/features.safetensors',
    ],
    writes: ['runs/*/heads/*', 'payloads/*/embeddings.safetensors', 'payloads/*/gradients.safetensors'],
    sendsTo: ['device', 'encoder'],
  },
  encoder: {
    reads: [
      'prepared/*/device-model.safetensors',
      'prepared/*/encoder-model.safetensors',
      'prepared/*/test-set.safetensors',
      'runs/*/run.json',
      'runs/*/control.json',
      'runs/*/rounds/*/plan.json',
      'runs/*/rounds/*/commit.json',
      'runs/*/heads/*',
      'payloads/*/embeddings.safetensors',
      'payloads/*/gradients.safetensors',
    ],
    writes: [
      'runs/*/rounds/*/closing.json',
      'runs/*/rounds/*/answered.json',
      'runs/*/checkpoints/*',
      'runs/*/evaluations/*',
      'answers/*',
      'payloads/*/features.safetensors',
    ],
    sendsTo: ['scheduler', 'device', 'encoder'],
  },
};
