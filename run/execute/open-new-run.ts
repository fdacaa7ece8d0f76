import type { RunProgress } from '#run/follow/run-progress.ts';
import { type HostAddress, writeHostAddress } from '#run/hosts/host-address.ts';
import { type HostOptions, openHost } from '#run/hosts/open-host.ts';
import { findModel, findModelAgain, type ModelSource } from '#run/model/model-source.ts';
import { RunOutput } from '#run/output/run-output.ts';
import { describeRunPlugins, hostWithPlugins } from '#run/plugins/run-plugins.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { FilePolicies } from '#shared/scheduling/plugin/file-policies.ts';
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
 * Describes the plug-ins of a new run, creates its output folder, finds its model and opens its host.
 *
 * @throws ConfigError, PluginError, OutputError, ServiceError naming the cause; the folder is then left as it
 *   was.
 */
export async function openNewRun(newRun: NewRun): Promise<RunRequest> {
  const { address, directory, progress, signal, surroundings } = newRun;
  const policies = new FilePolicies({ log: surroundings.log });
  const plugins = await describeRunPlugins(newRun.config, address, policies);
  const output = await RunOutput.create(directory);
  try {
    const notice = (line: string): void => progress.note(line);
    const source = await interruptible(modelSource(newRun.config.model, notice), signal);
    const config = { ...newRun.config, model: { ...newRun.config.model, ...source } };
    const opened = await openHost(address, output.stateDirectory, { ...surroundings, policies });
    const host = hostWithPlugins(opened, policies);
    await writeHostAddress(output.directory, address);
    return { host, run: address.run, output, start: { kind: 'new', config, plugins }, progress, signal };
  } catch (error) {
    await output.discard();
    await output.release();
    await policies.close();
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
