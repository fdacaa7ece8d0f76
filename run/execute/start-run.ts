import { join } from 'node:path';
import type { RunProgress } from '#run/follow/run-progress.ts';
import { embeddedAddress } from '#run/hosts/host-address.ts';
import { requireResult } from '#run/output/read-result.ts';
import { runName } from '#run/output/run-name.ts';
import type { EmbeddedRunConfig } from '#run/settings/parse-run.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import { wakeThreadPool } from '#shared/cloud/node/wake-thread-pool.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
import { executeRun } from './execute-run.ts';
import { openNewRun } from './open-new-run.ts';
import type { RunRequest } from './ready-run.ts';

export interface StartRunOptions {
  /** Output folder, new or empty. By default a new one below `out/`. */
  readonly directory?: string;
  /** Threads of the encoder's engine on a processor; all cores by default. */
  readonly threads?: number;
  /** Called after each round with its metrics. */
  readonly onRound?: (round: RoundMetrics) => void;
  /** Called with notices and warnings, one line each. */
  readonly onNote?: (line: string) => void;
  /** Stops the run when it aborts, as `stop` does. */
  readonly signal?: AbortSignal;
}

/** A run that goes on in this process. */
export interface StartedRun {
  readonly directory: string;
  /**
   * The content of `result.json` when the run has ended. Rejects with the error of a run that could not be
   * prepared or did not end; an InterruptedError when it was stopped.
   */
  readonly result: Promise<RunResult>;
  /** Stops the run after the round's current step. Finished rounds stay in the folder, for `--resume`. */
  readonly stop: () => void;
}

/**
 * Starts a run on the virtual cloud of this process: the same as `airtune run`, with the same files.
 *
 * @throws ConfigError, OutputError, ModelError when the folder or the model cannot be used
 */
export async function startRun(
  { cloud, ...config }: EmbeddedRunConfig,
  options: StartRunOptions = {},
): Promise<StartedRun> {
  const { directory = join('out', runName(systemClock.nowMs(), process.pid)), signal, threads } = options;
  const stopping = new AbortController();
  const request = await openNewRun({
    config,
    address: embeddedAddress(cloud),
    directory,
    progress: progressOf(options),
    signal: signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]),
    environment: process.env,
    hostOptions: { log: () => {}, threads },
  });
  return { directory, result: resultOf(request), stop: () => stopping.abort() };
}

async function resultOf(request: RunRequest): Promise<RunResult> {
  const { host, output } = request;
  const endWakeUps = wakeThreadPool();
  try {
    await executeRun({ ...request, listener: () => {} });
    return await requireResult(output.directory);
  } finally {
    await host.close();
    await output.release();
    endWakeUps();
  }
}

function progressOf({ onRound, onNote }: StartRunOptions): RunProgress {
  return {
    activity: () => {},
    note: (line) => onNote?.(line),
    begin: () => {},
    round: (metrics) => onRound?.(metrics),
    end: () => {},
  };
}
