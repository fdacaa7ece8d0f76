import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AirtuneError, InterruptedError } from '#shared/errors.ts';
import type { Emulator, EmulatorStartOptions } from './emulator-process.ts';
import { LocalDeployment, type StackSettings } from './local-deployment.ts';
import { roundTimes } from './round-times.ts';
import { Steps } from './steps.ts';

export interface LocalTrial {
  readonly name: string;
  readonly start: (options: EmulatorStartOptions) => Promise<Emulator>;
  readonly settings: StackSettings;
  /** Functions that run in processes outside the emulator; the emulator runs the others. */
  readonly workers: readonly string[];
}

const log = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/**
 * Tries a whole deployment on this machine: starts the emulator (installs it the first time), deploys, runs a
 * fine-tuning of 5 devices and 5 rounds, prints the time by stage, and removes everything, also after Ctrl-C.
 *
 * @param runArguments Arguments for `airtune run`.
 */
export async function tryLocally(trial: LocalTrial, runArguments: readonly string[]): Promise<void> {
  const steps = new Steps(log);
  const folder = await mkdtemp(join(tmpdir(), 'airtune-local-'));
  const undo: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stopping = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    stopping.signal.addEventListener('abort', () => {
      log('taking down ...');
      reject(new InterruptedError('stopped, and taken down.'));
    });
  });
  // A second Ctrl-C does not end the process: the removal takes seconds, and ending early would leave
  // resources.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  // Lines about the run's output folder (its location, how to resume) are dropped, because the folder is
  // removed.
  const logRun = (line: string): void => {
    if (!stopping.signal.aborted && !line.includes(folder)) log(line);
  };
  const cleanUp = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const work = async (): Promise<void> => {
    const starting = trial.start({ log });
    // Registered before it has started: an interruption in the meantime waits for the start, then stops it.
    undo.push(() =>
      starting.then(
        (started) => started.stop(),
        () => {},
      ),
    );
    const emulator = await steps.take(`start ${trial.name}`, () => starting);
    stopping.signal.throwIfAborted();
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
      deployment.airtune(['run', ...size, ...runArguments, '--target', 'aws', '--out', output], logRun),
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
