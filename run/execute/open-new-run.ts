import type { RunProgress } from '#run/follow/run-progress.ts';
import { type HostAddress, writeHostAddress } from '#run/hosts/host-address.ts';
import { type HostOptions, openHost } from '#run/hosts/open-host.ts';
import { findModel, findModelAgain, type ModelSource } from '#run/model/model-source.ts';
import { RunOutput } from '#run/output/run-output.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { interruptible } from './interruptible.ts';
import type { RunRequest } from './ready-run.ts';

/** A new run: its settings, its host, and its output folder. */
export interface NewRun {
  readonly config: RunConfig;
  readonly address: HostAddress;
  readonly directory: string;
  readonly progress: RunProgress;
  /** Aborts when the run is to stop. */
  readonly signal: AbortSignal;
  readonly surroundings: HostOptions;
}

/**
 * Creates the output folder of a new run, finds its model and opens its host.
 *
 * @throws ConfigError, OutputError, ServiceError naming the cause; the folder is then left as it was.
 */
export async function openNewRun(newRun: NewRun): Promise<RunRequest> {
  const { address, directory, progress, signal, surroundings } = newRun;
  const output = await RunOutput.create(directory);
  try {
    const notice = (line: string): void => progress.note(line);
    const source = await interruptible(modelSource(newRun.config.model, notice), signal);
    const config = { ...newRun.config, model: { ...newRun.config.model, ...source } };
    const host = await openHost(address, output.stateDirectory, surroundings);
    await writeHostAddress(output.directory, address);
    return { host, run: address.run, output, start: { kind: 'new', config }, progress, signal };
  } catch (error) {
    await output.discard();
    await output.release();
    throw error;
  }
}

/**
 * The model of the settings. For a repeated run whose model folder no longer exists: the model on its hub.
 */
async function modelSource(
  { directory, hub }: RunConfig['model'],
  notice: (line: string) => void,
): Promise<ModelSource> {
  if (hub === undefined) return findModel(directory, process.env, notice);
  return { directory: await findModelAgain({ directory, hub }, process.env, notice), hub };
}
