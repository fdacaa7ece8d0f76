import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunConfig } from '#shared/config/run-config.ts';
import { readModelConfig } from '#shared/model/hugging-face/model-directory.ts';
import { sequenceTokens } from '#shared/preparation/sequence-tokens.ts';

/** The resources of the machine for jobs. */
export interface MachineLimits {
  readonly processors: number;
  readonly freeMemoryBytes: number;
}

/** How many runs take place at once, and how many threads each has. */
export interface JobLimits {
  readonly jobs: number;
  readonly threadsPerJob: number;
}

/** Memory of a process without a model: runtime, engine's library, data [bytes]. */
const BASE_BYTES = 400 * 2 ** 20;
/** A model's weights are in memory as read, as parts, and in the engine's forward and backward graphs. */
const WEIGHT_COPIES = 5;
/** Activations of a layer that a backward pass needs, in vectors of the model's width for each token. */
const ACTIVATION_VECTORS = 20;

/**
 * Jobs and threads for a machine. Without `wished` there is a job for each processor, but no more than runs
 * are left and memory allows. Many jobs of one thread have more throughput than one job of many threads.
 *
 * @param wished number of jobs by the option `--jobs`; memory does not limit it
 * @param runs runs that are left
 * @param bytesPerRun estimated memory of one run
 */
export function jobLimits(
  { processors, freeMemoryBytes }: MachineLimits,
  wished: number | undefined,
  runs: number,
  bytesPerRun: number,
): JobLimits {
  const fit = Math.max(1, Math.floor(freeMemoryBytes / bytesPerRun));
  const jobs = Math.max(1, Math.min(wished ?? Math.min(processors, fit), runs));
  return { jobs, threadsPerJob: Math.max(1, Math.floor(processors / jobs)) };
}

/** Estimates the memory of one embedded run [bytes]. */
export async function runBytes(config: RunConfig): Promise<number> {
  const { model, server, training } = config;
  const modelConfig = await readModelConfig(model.directory, model.imageSize);
  const { hiddenSize, layerCount } = modelConfig;
  const weights = await stat(join(model.directory, 'model.safetensors')).then(
    ({ size }) => size,
    // A model in shards: twelve squares of the width for each layer, in single precision.
    () => 4 * 12 * layerCount * hiddenSize ** 2,
  );
  const tokens = training.devices * training.batchSize * sequenceTokens(config, modelConfig);
  const activations = 4 * ACTIVATION_VECTORS * layerCount * hiddenSize * tokens;
  return BASE_BYTES + WEIGHT_COPIES * weights + Math.min(activations, server.activationBudgetMiB * 2 ** 20);
}
