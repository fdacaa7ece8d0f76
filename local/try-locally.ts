import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AirtuneError, InterruptedError } from '../shared/errors.ts';
import type { Emulator, EmulatorStartOptions } from './emulator-process.ts';
import { LocalDeployment, type StackSettings } from './local-deployment.ts';
import { roundTimes } from './round-times.ts';
import { Steps } from './steps.ts';

export interface LocalTrial {
  readonly name: string;
  readonly start: (options: EmulatorStartOptions) => Promise<Emulator>;
  readonly settings: StackSettings;
  /** Functions that run as processes beside the emulator; all others run inside it. */
  readonly workers: readonly string[];
}

const log = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/**
 * A whole deployment on this machine: starts the emulator (installs it the first time), deploys, runs a fine-tuning of
 * 5 devices and 5 rounds, says where the time went, and takes everything down again, after a Ctrl-C too.
 * Arguments are passed on to `airtune run`.
 */
export async function tryLocally(trial: LocalTrial, runArguments: readonly string[]): Promise<void> {
  const steps = new Steps(log);
  const folder = await mkdtemp(join(tmpdir(), 'airtune-local-'));
  const undo: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => reject(new InterruptedError('stopped, and taken down.')));
    }
  });
  const cleanUp = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const work = async (): Promise<void> => {
    const emulator = await steps.take(`start ${trial.name}`, () => trial.start({ log }));
    undo.push(() => emulator.stop());
    const deployment = new LocalDeployment(emulator.endpoint);
    undo.push(() => deployment.stop());
    await steps.take('bootstrap', () => deployment.bootstrap());
    await steps.take('deploy', () => deployment.deploy(trial.settings));
    await steps.take(`start ${trial.workers.join(', ')} as processes`, () =>
      deployment.startWorker(trial.workers),
    );
    const output = join(folder, 'run');
    const size = ['--devices', '5', '--rounds', '5'];
    await steps.take('run 5 devices, 5 rounds', () =>
      deployment.airtune(['run', ...size, ...runArguments, '--target', 'aws', '--out', output], log),
    );
    log(`\nWhere a round's time went, on average:\n${await roundTimes(output)}`);
  };
  try {
    await Promise.race([work(), interrupted]);
    await steps.take('take down', cleanUp);
    log(`\nWhere the time went:\n${steps.table()}`);
  } catch (error) {
    await cleanUp();
    if (!(error instanceof AirtuneError)) throw error;
    process.stderr.write(`${error.line}\n`);
    process.exitCode = error.exitCode;
  }
}
