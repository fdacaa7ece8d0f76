import type { RunProgress } from '#run/follow/run-progress.ts';
import { type HostAddress, writeHostAddress } from '#run/hosts/host-address.ts';
import { type HostOptions, openHost } from '#run/hosts/open-host.ts';
import { findData } from '#run/model/data-source.ts';
import { findModel, findModelAgain, type ModelSource } from '#run/model/model-source.ts';
import { RunOutput } from '#run/output/run-output.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { Environment } from '#shared/environment.ts';
import { FilePlugins } from '#shared/plugins/file-plugins.ts';
import type { RunPlugins } from '#shared/protocol/run-plugins.ts';
import { interruptible, stoppedNewRun } from './interruptible.ts';
import type { RunRequest } from './ready-run.ts';
import { describePlugins, withPlugins } from './run-plugins.ts';

/** A new run: its settings, its host, and its output folder. */
export interface NewRun {
  readonly config: RunConfig;
  readonly address: HostAddress;
  readonly directory: string;
  readonly progress: RunProgress;
  /** Aborts when the run is to stop. */
  readonly signal: AbortSignal;
  /** Environment variables: caches and hubs. */
  readonly environment: Environment;
  readonly hostOptions: HostOptions;
}

/**
 * Opens the plug-ins of a new run, creates its output folder, finds its model and data and opens its host.
 *
 * @throws ConfigError, PluginError, OutputError, ServiceError naming the cause; the folder is then left as it
 *   was.
 */
export async function openNewRun(newRun: NewRun): Promise<RunRequest> {
  const plugins = new FilePlugins({ log: newRun.hostOptions.log });
  try {
    const records = await describePlugins(newRun.config, newRun.address, plugins);
    return await openInFolder(newRun, plugins, records);
  } catch (error) {
    await plugins.close();
    throw error;
  }
}

async function openInFolder(
  { config: settings, address, directory, progress, signal, environment, hostOptions }: NewRun,
  plugins: FilePlugins,
  records: RunPlugins,
): Promise<RunRequest> {
  if (signal.aborted) throw stoppedNewRun();
  const output = await RunOutput.create(directory);
  try {
    const notice = (line: string): void => progress.note(line);
    const source = await interruptible(modelSource(settings.model, environment, notice), signal);
    const data = await interruptible(findData(settings.data, environment, notice), signal);
    const config = { ...settings, data, model: { ...settings.model, ...source } };
    const opened = await openHost(address, output.stateDirectory, { ...hostOptions, plugins });
    const host = withPlugins(opened, plugins);
    await writeHostAddress(output.directory, address);
    const start = { kind: 'new', config, plugins: records } as const;
    return { host, run: address.run, output, start, plugins, progress, signal, environment };
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
  environment: NewRun['environment'],
  notice: (line: string) => void,
): Promise<ModelSource> {
  if (hub === undefined) return findModel(directory, environment, notice);
  return { directory: await findModelAgain({ directory, hub }, environment, notice), hub };
}
