import { join } from 'node:path';
import { openDeployedHost } from '#cli/deployment/deployed-host.ts';
import { deploymentPlace } from '#cli/deployment/deployment-place.ts';
import { findModel, tellFetching } from '#cli/model/model-source.ts';
import { type RunLocation, readRunLocation, writeRunLocation } from '#cli/output/run-location.ts';
import { RunOutput } from '#cli/output/run-output.ts';
import { runSettings, type SettingOptions } from '#cli/settings/run-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { openEmbeddedHost } from './embedded-host.ts';
import type { RunExecution } from './execute-run.ts';
import type { RunHost } from './run-host.ts';
import { openWireHost } from './wire-host.ts';

export interface RunOptions extends SettingOptions {
  readonly out?: string;
  readonly resume?: string;
  readonly target: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly deployment?: string;
  readonly detach?: boolean;
}

/** What a run needs before it begins: where it takes place, what it is called there, its settings and its folder. */
export type RunSession = Pick<RunExecution, 'host' | 'run' | 'config' | 'output'>;

/** A run of the embedded kind is alone in its folder, so it needs no name that tells it from others. */
const EMBEDDED_RUN = 'run';

/** A bare endpoint does not care for its region. */
const DEFAULT_REGION = 'us-east-1';

/**
 * Opens a new run as the options ask for, or an interrupted one where it was.
 *
 * @throws ConfigError, OutputError, ServiceError naming what is in the way, before anything is changed.
 */
export async function openSession(options: RunOptions, log: (line: string) => void): Promise<RunSession> {
  if (options.resume !== undefined) {
    requireNoSettings(options);
    const output = new RunOutput(options.resume);
    const location = await readRunLocation(options.resume);
    return { host: await openHost(location, output, log), run: location.run, config: undefined, output };
  }
  const settings = await runSettings(options);
  const name = newRunName(new Date());
  const location = newLocation(options, name);
  const output = new RunOutput(options.out ?? join('out', name));
  await output.requireNew();
  const source = await findModel(settings.model.directory, process.env, tellFetching);
  const config = { ...settings, model: { ...settings.model, ...source } };
  const host = await openHost(location, output, log);
  await writeRunLocation(output.directory, location);
  return { host, run: location.run, config, output };
}

function openHost(location: RunLocation, output: RunOutput, log: (line: string) => void): Promise<RunHost> {
  switch (location.target) {
    case 'embedded':
      return openEmbeddedHost(output.stateDirectory);
    case 'aws':
      return openWireHost({ ...location, log });
    case 'deployment':
      return openDeployedHost(location, log);
  }
}

function newLocation(options: RunOptions, run: string): RunLocation {
  const { target, endpoint } = options;
  switch (target) {
    case 'embedded':
      return { version: 1, target, run: EMBEDDED_RUN };
    case 'aws':
      return endpoint === undefined
        ? { version: 1, target: 'deployment', run, ...deploymentPlace(options, process.env) }
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
    subject: `--${given[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    remedy: 'Leave it out, or start a new run without --resume.',
  });
}
