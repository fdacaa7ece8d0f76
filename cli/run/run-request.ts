import { join } from 'node:path';
import { tellFetching } from '#cli/model/tell-fetching.ts';
import { resolveRun, type SettingOptions } from '#cli/settings/run-settings.ts';
import { flagOf } from '#cli/settings/settings-layers.ts';
import { unusedNotice } from '#cli/settings/unused-notice.ts';
import { deploymentAddress } from '#run/deployment/deployment-address.ts';
import type { RunRequest } from '#run/execute/ready-run.ts';
import { type HostAddress, readHostAddress, writeHostAddress } from '#run/hosts/host-address.ts';
import { openHost } from '#run/hosts/open-host.ts';
import { findModel, findModelAgain, type ModelSource } from '#run/model/model-source.ts';
import { RunOutput } from '#run/output/run-output.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { ConfigError } from '#shared/errors.ts';

export interface RunOptions extends SettingOptions {
  readonly out?: string;
  readonly resume?: string;
  readonly target: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly deployment?: string;
  readonly detach?: boolean;
}

/** A run of the embedded kind is alone in its folder, so it needs no name that tells it from others. */
const EMBEDDED_RUN = 'run';

/** A bare endpoint does not care for its region. */
const DEFAULT_REGION = 'us-east-1';

/**
 * Opens a new run as the options ask for, or an interrupted one where it was.
 *
 * @throws ConfigError, OutputError, ServiceError naming what is in the way, before anything is changed.
 */
export async function openRun(
  options: RunOptions,
  log: (line: string) => void,
  notice: (text: string) => unknown,
): Promise<RunRequest> {
  if (options.resume !== undefined) {
    requireNoSettings(options);
    const output = new RunOutput(options.resume);
    const address = await readHostAddress(options.resume);
    return {
      host: await openHost(address, output.stateDirectory, log),
      run: address.run,
      config: undefined,
      output,
      notice: tellFetching,
    };
  }
  const { config: settings, unused } = await resolveRun(options);
  unusedNotice('run', unused, notice);
  const name = newRunName(new Date());
  const address = newAddress(options, name);
  const output = new RunOutput(options.out ?? join('out', name));
  await output.requireNew();
  const source = await modelSource(settings.model);
  const config = { ...settings, model: { ...settings.model, ...source } };
  const host = await openHost(address, output.stateDirectory, log);
  await writeHostAddress(output.directory, address);
  return { host, run: address.run, config, output, notice: tellFetching };
}

/** The model of new settings, or of a run that is repeated: then from its hub again, where its folder has gone. */
async function modelSource({ directory, hub }: RunConfig['model']): Promise<ModelSource> {
  if (hub === undefined) return findModel(directory, process.env, tellFetching);
  return { directory: await findModelAgain({ directory, hub }, process.env, tellFetching), hub };
}

function newAddress(options: RunOptions, run: string): HostAddress {
  const { target, endpoint } = options;
  switch (target) {
    case 'embedded':
      return { version: 1, target, run: EMBEDDED_RUN };
    case 'aws':
      return endpoint === undefined
        ? { version: 1, target: 'deployment', run, ...deploymentAddress(options, process.env) }
        : { version: 1, target, run, endpoint, region: options.region ?? DEFAULT_REGION };
    default:
      throw new ConfigError(`${JSON.stringify(target)} is not a place to run.`, {
        subject: '--target',
        remedy: 'Use embedded or aws.',
      });
  }
}

/** A name that sorts by time and that two runs started in the same millisecond by one user would have to share. */
function newRunName(now: Date): string {
  return `run-${now.toISOString().replaceAll(/[^0-9]/g, '')}`;
}

/** A resumed run keeps its settings: changed ones would make it another run. */
function requireNoSettings(options: RunOptions): void {
  const given = Object.entries(options).find(
    ([name, value]) => !['resume', 'out', 'target', 'detach'].includes(name) && value !== undefined,
  );
  if (given === undefined) return;
  throw new ConfigError('a resumed run keeps its settings.', {
    subject: flagOf(given[0]),
    remedy: 'Leave it out, or start a new run without --resume.',
  });
}
