import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { headFileName } from '#run/output/run-output.ts';
import { outputError } from '#shared/cloud/file/file-errors.ts';
import { ConfigError, ModelError } from '#shared/errors.ts';
import { type Head, headShapes, restoreHead } from '#shared/model/head/head.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { elementCount } from '#shared/model/tensor.ts';
import { TensorMean } from '#shared/model/tensor-mean.ts';
import type { HeadForm } from '#shared/protocol/run-record.ts';
import { readRegularFile } from '#shared/read-file.ts';

/**
 * Reads one of a run's heads: the head of a device, by its number, or the `averaged` head.
 *
 * @throws ConfigError for a device that the run did not have; ModelError naming a head file that does not
 *   fit.
 */
export async function readTrainedHead(runFolder: string, choice: string, form: HeadForm): Promise<Head> {
  const folder = join(runFolder, 'heads');
  const names = await headFiles(folder);
  if (choice !== 'averaged') {
    return readHead(join(folder, chosenFile(choice, names)), form);
  }
  const sum = new TensorMean();
  for (const name of names) sum.add((await readHead(join(folder, name), form)).parameters);
  return { settings: form.settings, parameters: sum.mean() };
}

async function headFiles(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort();
  } catch (error) {
    throw outputError(folder, error);
  }
}

function chosenFile(choice: string, names: readonly string[]): string {
  const name = /^\d+$/.test(choice) ? headFileName(Number(choice)) : undefined;
  if (name !== undefined && names.includes(name)) return name;
  throw new ConfigError(`${JSON.stringify(choice)} is none of the run's heads.`, {
    subject: '--head',
    remedy: `Give a device from 0 to ${names.length - 1}, or averaged.`,
  });
}

async function readHead(path: string, { settings, size }: HeadForm): Promise<Head> {
  const valueCount = [...headShapes(settings, size).values()].reduce(
    (sum, shape) => sum + elementCount(shape),
    0,
  );
  const { tensors } = readSafetensors(await readHeadFile(path, MOST_HEADER_BYTES + 4 * valueCount), path);
  return restoreHead(settings, size, floatTensors(tensors, path));
}

/** Bytes of a head's file beside those of its values; the header of a real one has some hundreds. */
const MOST_HEADER_BYTES = 2 ** 30;

async function readHeadFile(path: string, mostBytes: number): Promise<Uint8Array> {
  return readRegularFile(path, mostBytes, ModelError).catch((error: unknown) => {
    throw outputError(path, error);
  });
}
