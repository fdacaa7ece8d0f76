import { join } from 'node:path';
import { printNotice } from '#cli/print/notice.ts';
import { runSettings, type SettingOptions } from '#cli/settings/run-settings.ts';
import { deploymentAddress } from '#run/deployment/deployment-address.ts';
import type { RunRequest } from '#run/execute/ready-run.ts';
import { endpointAddress } from '#run/hosts/endpoint-address.ts';
import { type HostAddress, readHostAddress, writeHostAddress } from '#run/hosts/host-address.ts';
import { openHost } from '#run/hosts/open-host.ts';
import { findModel } from '#run/model/model-source.ts';
import { RunOutput } from '#run/output/run-output.ts';
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

/** Options that a resumed run takes: they say where things are now, and how to carry the run on. */
const RESUME_OPTIONS: readonly (keyof RunOptions)[] = [
  'resume',
  'target',
  'detach',
  'model',
  'data',
  'endpoint',
];

/**
 * Opens a new run as the options ask for, or an interrupted one where it was.
 *
 * @throws ConfigError, OutputError, ServiceError naming what is in the way. A new run that cannot be opened leaves
 * nothing behind.
 */
export async function openRun(options: RunOptions, log: (line: string) => void): Promise<RunRequest> {
  return options.resume === undefined ? openNew(options, log) : reopen(options, options.resume, log);
}

async function openNew(options: RunOptions, log: (line: string) => void): Promise<RunRequest> {
  const settings = await runSettings(options);
  const name = newRunName(new Date());
  const address = newAddress(options, name);
  const output = await RunOutput.create(options.out ?? join('out', name));
  try {
    const source = await findModel(settings.model.directory, process.env, printNotice);
    const config = { ...settings, model: { ...settings.model, ...source } };
    const host = await openHost(address, output.stateDirectory, log);
    await writeHostAddress(output.directory, address);
    return { host, run: address.run, output, start: { kind: 'new', config }, notice: printNotice };
  } catch (error) {
    await output.discard();
    await output.release();
    throw error;
  }
}

async function reopen(
  options: RunOptions,
  directory: string,
  log: (line: string) => void,
): Promise<RunRequest> {
  requireSameSettings(options);
  const stored = await readHostAddress(directory);
  const address = movedAddress(stored, options.endpoint);
  const output = await RunOutput.reopen(directory);
  try {
    const host = await openHost(address, output.stateDirectory, log);
    if (address !== stored) await writeHostAddress(directory, address);
    const { model, data } = options;
    return { host, run: address.run, output, start: { kind: 'resumed', model, data }, notice: printNotice };
  } catch (error) {
    await output.release();
    throw error;
  }
}

function newAddress(options: RunOptions, run: string): HostAddress {
  const { target, endpoint } = options;
  switch (target) {
    case 'embedded':
      return { version: 1, target, run: EMBEDDED_RUN };
    case 'aws':
      return endpoint === undefined
        ? { version: 1, target: 'deployment', run, ...deploymentAddress(options, process.env, printNotice) }
        : {
            version: 1,
            target,
            run,
            endpoint: endpointAddress(endpoint, '--endpoint', printNotice),
            region: options.region ?? DEFAULT_REGION,
          };
    default:
      throw new ConfigError(`${JSON.stringify(target)} is not a known target.`, {
        subject: '--target',
        remedy: 'Use embedded or aws.',
      });
  }
}

/** The stored address, with the endpoint that it has now where one is named. */
function movedAddress(stored: HostAddress, endpoint: string | undefined): HostAddress {
  if (endpoint === undefined) return stored;
  if (stored.target === 'embedded') {
    throw new ConfigError('has no effect: this run has no endpoint.', {
      subject: '--endpoint',
      remedy: 'Leave it out.',
    });
  }
  return { ...stored, endpoint: endpointAddress(endpoint, '--endpoint', printNotice) };
}

/** A name that sorts by time and that two runs started in the same millisecond by one user would have to share. */
function newRunName(now: Date): string {
  return `run-${now.toISOString().replaceAll(/[^0-9]/g, '')}`;
}

/** A resumed run keeps its settings: changed ones would make it another run. */
function requireSameSettings(options: RunOptions): void {
  const given = Object.entries(options).find(
    ([name, value]) => !RESUME_OPTIONS.some((allowed) => allowed === name) && value !== undefined,
  );
  if (given === undefined) return;
  throw new ConfigError('a resumed run keeps its settings.', {
    subject: `--${given[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    remedy: 'Leave it out, or start a new run without --resume.',
  });
}
