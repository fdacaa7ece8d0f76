import { join } from 'node:path';
import { requireTarget } from '#cli/options/target-option.ts';
import { wholeNumber } from '#cli/options/whole-number.ts';
import { traceNotice } from '#cli/settings/channel-trace.ts';
import {
  type ResolvedRun,
  resolveEmbeddedRun,
  resolveRun,
  type SettingOptions,
} from '#cli/settings/run-settings.ts';
import { flagOf } from '#cli/settings/settings-layers.ts';
import { unusedNotice } from '#cli/settings/unused-notice.ts';
import { deploymentAddress } from '#run/deployment/deployment-address.ts';
import { openNewRun } from '#run/execute/open-new-run.ts';
import type { RunRequest } from '#run/execute/ready-run.ts';
import { withPlugins } from '#run/execute/run-plugins.ts';
import type { RunProgress } from '#run/follow/run-progress.ts';
import { endpointAddress } from '#run/hosts/endpoint-address.ts';
import {
  embeddedAddress,
  type HostAddress,
  readHostAddress,
  writeHostAddress,
} from '#run/hosts/host-address.ts';
import { openHost } from '#run/hosts/open-host.ts';
import { runName } from '#run/output/run-name.ts';
import { RunOutput } from '#run/output/run-output.ts';
import { TRACE_ROUNDS_OPTION } from '#run/output/trace-files.ts';
import type { Environment } from '#shared/environment.ts';
import { ConfigError } from '#shared/errors.ts';
import { FilePlugins } from '#shared/plugins/file-plugins.ts';
import { requireRounds } from '#shared/protocol/round-list.ts';
import { OBSERVER_OPTIONS, type ObserverOptions } from './run-observers.ts';

export interface RunOptions extends SettingOptions, ObserverOptions {
  readonly out?: string;
  readonly resume?: string;
  readonly target: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly deployment?: string;
  readonly detach?: boolean;
  readonly watch?: boolean;
  readonly threads?: string;
}

/** Connections of a run to the user who started it. */
export interface RunSurroundings {
  readonly progress: RunProgress;
  /** Aborts if the user stops the run. */
  readonly signal: AbortSignal;
  readonly environment: Environment;
  /** Receives notices about the settings. */
  readonly notice: (text: string) => unknown;
  /** Receives the functions' log records. */
  readonly log: (line: string) => void;
}

/** Where the address of a host comes from, beside the options. */
interface RemoteSurroundings {
  readonly environment: Environment;
  readonly notice: (line: string) => void;
}

/** Region for an endpoint without one; such an endpoint ignores it. */
const DEFAULT_REGION = 'us-east-1';

/** Most threads of an engine. */
const MOST_THREADS = 1024;

/** Options that a resumed run accepts: current locations, and how the run is executed. */
const RESUME_OPTIONS: readonly (keyof RunOptions)[] = [
  'resume',
  'target',
  'detach',
  'threads',
  'watch',
  'model',
  'data',
  'endpoint',
  ...OBSERVER_OPTIONS.map(([name]) => name),
];

/**
 * Opens a new run from the options, or an interrupted run to resume it.
 *
 * @throws ConfigError, OutputError, ServiceError naming the cause. A new run that cannot be opened leaves no
 *   files.
 */
export async function openRun(options: RunOptions, surroundings: RunSurroundings): Promise<RunRequest> {
  return options.resume === undefined
    ? openNew(options, surroundings)
    : reopen(options, options.resume, surroundings);
}

async function openNew(options: RunOptions, surroundings: RunSurroundings): Promise<RunRequest> {
  const { log, progress, signal, environment } = surroundings;
  const threads = threadsOf(options);
  const notice = (line: string): void => progress.note(line);
  const name = runName(Date.now(), process.pid);
  const { config: settings, unused, address } = await resolveNew(options, name, { environment, notice });
  requireRounds(options.traceRounds ?? [], settings.training.rounds, TRACE_ROUNDS_OPTION);
  traceNotice(settings.channel, settings.training, surroundings.notice);
  unusedNotice(address.target === 'embedded' ? 'run' : 'run --target aws', unused, surroundings.notice);
  const directory = options.out ?? join('out', name);
  return openNewRun({
    config: settings,
    address,
    directory,
    progress,
    signal,
    environment,
    hostOptions: { log, threads },
  });
}

async function reopen(
  options: RunOptions,
  directory: string,
  { log, progress, signal, environment }: RunSurroundings,
): Promise<RunRequest> {
  requireSameSettings(options);
  const threads = threadsOf(options);
  const stored = await readHostAddress(directory);
  const address = movedAddress(stored, options.endpoint, (line) => progress.note(line));
  const output = await RunOutput.reopen(directory);
  try {
    const plugins = new FilePlugins({ log });
    const host = withPlugins(
      await openHost(address, output.stateDirectory, { log, threads, plugins }),
      plugins,
    );
    if (address !== stored) await writeHostAddress(directory, address);
    const start = { kind: 'resumed', model: options.model, data: movedData(options) } as const;
    return { host, run: address.run, output, start, plugins, progress, signal, environment };
  } catch (error) {
    await output.release();
    throw error;
  }
}

/** The new place of a resumed run's data. */
function movedData({ data }: RunOptions): string | undefined {
  if (data === undefined || typeof data === 'string') return data;
  if (data.length === 1) return data[0];
  throw new ConfigError('is given several times.', {
    subject: '--data',
    remedy: 'Name the folder that its files are in now.',
  });
}

/** The settings of a new run, and its host: only the embedded one takes parameters of the virtual cloud. */
async function resolveNew(
  options: RunOptions,
  run: string,
  { environment, notice }: RemoteSurroundings,
): Promise<ResolvedRun & { readonly address: HostAddress }> {
  if (requireTarget(options) === 'aws') {
    const resolved = await resolveRun(options);
    return { ...resolved, address: remoteAddress(options, run, { environment, notice }) };
  }
  const { cloud, ...resolved } = await resolveEmbeddedRun(options);
  return { ...resolved, address: embeddedAddress(cloud) };
}

function remoteAddress(
  options: RunOptions,
  run: string,
  { environment, notice }: RemoteSurroundings,
): HostAddress {
  const { endpoint, region = DEFAULT_REGION } = options;
  return endpoint === undefined
    ? { version: 1, target: 'deployment', run, ...deploymentAddress(options, environment, notice) }
    : { version: 1, target: 'aws', run, endpoint: endpointAddress(endpoint, '--endpoint', notice), region };
}

/** The stored address, with the endpoint replaced if the options name one. */
function movedAddress(
  stored: HostAddress,
  named: string | undefined,
  notice: (line: string) => void,
): HostAddress {
  if (stored.target === 'embedded') {
    if (named === undefined) return stored;
    throw new ConfigError('has no effect: this run has no endpoint.', {
      subject: '--endpoint',
      remedy: 'Leave it out.',
    });
  }
  const given = named ?? stored.endpoint;
  if (given === undefined) return stored;
  const endpoint = endpointAddress(given, '--endpoint', notice);
  return endpoint === stored.endpoint ? stored : { ...stored, endpoint };
}

/** The value of `--threads`; undefined where it is left out. */
function threadsOf({ threads }: RunOptions): number | undefined {
  return threads === undefined ? undefined : wholeNumber('--threads', threads, 1, MOST_THREADS);
}

/** Refuses options that would change a resumed run's settings. */
function requireSameSettings(options: RunOptions): void {
  const given = Object.entries(options).find(
    ([name, value]) => !RESUME_OPTIONS.some((allowed) => allowed === name) && value !== undefined,
  );
  if (given === undefined) return;
  throw new ConfigError('a resumed run keeps its settings.', {
    subject: flagOf(given[0]),
    remedy: 'Leave it out, or start a new run without --resume.',
  });
}
