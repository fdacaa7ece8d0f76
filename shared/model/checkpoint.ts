import { ModelError } from '#shared/errors.ts';
import { readSafetensors } from './safetensors/read-safetensors.ts';
import { floatTensors } from './safetensors/stored-tensor.ts';
import { writeSafetensors } from './safetensors/write-safetensors.ts';
import type { NamedTensors, Tensor } from './tensor.ts';

/** All state of the server that a round changes: the LoRA tensors and the optimiser's state. */
export interface Checkpoint {
  readonly lora: NamedTensors;
  readonly optimizerState: NamedTensors;
}

const LORA = 'lora/';
const OPTIMIZER = 'optimizer/';

/** One safetensors file; the same checkpoint gives the same bytes. */
export function writeCheckpoint({ lora, optimizerState }: Checkpoint): Uint8Array {
  return writeSafetensors(
    new Map([
      ...[...lora].map(([name, value]): [string, Tensor] => [LORA + name, value]),
      ...[...optimizerState].map(([name, value]): [string, Tensor] => [OPTIMIZER + name, value]),
    ]),
  );
}

/**
 * Reads a checkpoint that {@link writeCheckpoint} wrote.
 *
 * @throws {@link ModelError} naming `subject` when the bytes are not a checkpoint.
 */
export function readCheckpoint(bytes: Uint8Array, subject: string): Checkpoint {
  const tensors = floatTensors(readSafetensors(bytes, subject).tensors, subject);
  const part = (prefix: string): NamedTensors =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  const lora = part(LORA);
  const optimizerState = part(OPTIMIZER);
  if (lora.size === 0 || lora.size + optimizerState.size !== tensors.size) {
    throw new ModelError('is not a checkpoint of LoRA and its optimiser.', { subject });
  }
  return { lora, optimizerState };
}
