import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AirtuneError, ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { LoraAdapter } from '#shared/model/lora/peft-adapter.ts';
import { readPeftAdapter } from '#shared/model/lora/read-peft-adapter.ts';
import { readRegularFile } from '#shared/read-file.ts';

/**
 * The folder with an adapter's files: the given one, or `adapter/` in it, as in a run's output folder.
 *
 * @throws ModelError when neither holds an adapter.
 */
export async function findAdapterFolder(folder: string): Promise<string> {
  for (const candidate of [folder, join(folder, 'adapter')]) {
    const found = await stat(join(candidate, 'adapter_config.json')).catch(() => undefined);
    if (found?.isFile()) return candidate;
  }
  throw new ModelError('holds no adapter (adapter_config.json), nor does its folder adapter.', {
    subject: folder,
    remedy: 'Name the output folder of a finished run, or an adapter folder of PEFT.',
  });
}

/**
 * Reads an adapter folder written by a run or by PEFT. @throws ModelError naming the file that does not fit
 */
export async function readAdapterFolder(folder: string, config: ModelConfig): Promise<LoraAdapter> {
  const files = {
    'adapter_config.json': await readAdapterFile(folder, 'adapter_config.json'),
    'adapter_model.safetensors': await readAdapterFile(folder, 'adapter_model.safetensors'),
  };
  return readPeftAdapter(config, files, folder);
}

/** Enough for LoRA of a large rank on a large model, with a trained head. */
const MOST_ADAPTER_BYTES = 4 * 2 ** 30;

async function readAdapterFile(folder: string, name: string): Promise<Uint8Array> {
  const path = join(folder, name);
  try {
    return await readRegularFile(path, MOST_ADAPTER_BYTES, ModelError);
  } catch (cause) {
    if (cause instanceof AirtuneError) throw cause;
    const remedy = 'An adapter folder has adapter_config.json and adapter_model.safetensors.';
    throw new ModelError('cannot be read.', { subject: path, remedy, cause });
  }
}
