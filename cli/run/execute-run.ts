import { RESULT_VERSION, type RunOutput } from '#cli/output/run-output.ts';
import type { EventListener } from '#emulator/run/virtual-ports.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { AirtuneError, ConfigError, InterruptedError, ServiceError } from '#shared/errors.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { beginAttempt } from './begin-attempt.ts';
import { readyRun } from './ready-run.ts';
import { ProgressRecorder } from './record-progress.ts';
import { throwRunFailure } from './run-failure.ts';
import { RunFollower } from './run-follower.ts';
import type { RunHost } from './run-host.ts';
import type { RunProgress } from './run-progress.ts';
import type { RunSummary } from './run-summary.ts';

export interface RunExecution {
  readonly host: RunHost;
  /** The run's name in the host's object store. */
  readonly run: string;
  /** A new run's settings; undefined to go on with one that is stored. */
  readonly config: RunConfig | undefined;
  readonly output: RunOutput;
  readonly createProgress: (rounds: number) => RunProgress;
  readonly signal: AbortSignal;
  readonly listener: EventListener;
}

/** A whole run, from settings or from where it was interrupted, to its output folder. */
export async function executeRun(execution: RunExecution): Promise<RunSummary> {
  const { host, output } = execution;
  const { objects } = host;
  const { record, modelConfig, warning } = await readyRun(execution);
  const follower = new RunFollower(objects, record);
  const progress = execution.createProgress(record.config.training.rounds);
  if (warning !== undefined) progress.note(`airtune: warning: ${warning}`);
  const recorder = new ProgressRecorder(record, follower, output, progress);
  await recorder.begin();
  const attempt = await beginAttempt(objects, record.run);
  const store = new RunStore(objects);
  const writeModel = (): Promise<void> => {
    const headRounds = follower.commits.at(-1)?.headRounds ?? [];
    return output.writeModel(objects, record, modelConfig, follower.commits.length, headRounds);
  };
  try {
    await host.carry({
      record,
      follower,
      attempt,
      signal: execution.signal,
      listener: execution.listener,
      onProgress: async () => {
        await recorder.update();
        if (!follower.finished) await throwRunFailure(store, record.run, attempt);
      },
      notice: (text) => progress.note(text),
    });
  } catch (error) {
    throw error instanceof AirtuneError && error.kind === 'diverged'
      ? await keptBefore(error, output, follower, writeModel)
      : resumable(error, output, follower);
  } finally {
    progress.end();
  }
  if (!follower.finished) {
    throw new InterruptedError(`stopped after ${follower.commits.length} rounds; all of them are kept.`, {
      remedy: `Go on with: airtune run --resume ${output.directory}`,
    });
  }
  await writeModel();
  const encoder = follower.commits.at(-1)?.encoder;
  const engine = encoder === undefined ? 'not used' : `${encoder.engine} on ${encoder.backend}`;
  await output.writeResult({
    format: 'airtune-result',
    version: RESULT_VERSION,
    run: record.run,
    target: host.target,
    virtualTime: host.virtualTime,
    engine,
    fillTokens: encoder?.fillTokens ?? 0,
    config: record.config,
    payloadBits: record.payloadBits,
    labelNames: record.labelNames,
    chance: follower.evaluations[0]?.chance ?? null,
    rounds: recorder.rounds,
    evaluations: follower.evaluations,
  });
  const { rounds } = recorder;
  return { record, output, engine, virtualTime: host.virtualTime, rounds, evaluations: follower.evaluations };
}

/**
 * Starts a run where it goes on by itself, and leaves it there.
 *
 * @throws ConfigError where a run ends with this process.
 */
export async function beginRun(
  execution: Pick<RunExecution, 'host' | 'run' | 'config' | 'output'>,
): Promise<void> {
  const { host } = execution;
  if (host.begin === undefined) {
    throw new ConfigError('needs a deployment that carries the run alone.', {
      subject: '--detach',
      remedy: 'Use it with --target aws and without --endpoint.',
    });
  }
  const { record } = await readyRun(execution);
  const follower = new RunFollower(host.objects, record);
  await follower.poll();
  await host.begin({ record, follower, attempt: await beginAttempt(host.objects, record.run) });
}

/** Training that diverged leaves the model as it was after the last committed round, whose metrics are written already. */
async function keptBefore(
  error: AirtuneError,
  { directory }: RunOutput,
  { commits }: RunFollower,
  writeModel: () => Promise<void>,
): Promise<AirtuneError> {
  const { kind, message, remedy = '', cause } = error;
  if (commits.length === 0) return error;
  await writeModel();
  const loss = commits.at(-1)?.trainLoss ?? null;
  const lastLoss = loss === null ? '' : ` (training loss ${loss.toPrecision(4)})`;
  const kept = `${directory} holds adapter and heads as they were after round ${commits.length}${lastLoss}.`;
  return new AirtuneError(kind, message, { remedy: `${remedy} ${kept}`, cause });
}

/** A service that fails in the middle of a run costs no committed round: says how to go on once it is mended. */
function resumable(error: unknown, { directory }: RunOutput, { commits }: RunFollower): unknown {
  if (!(error instanceof ServiceError)) return error;
  const { message, subject, remedy = 'Try again.', cause, retryable } = error;
  return new ServiceError(message, {
    ...(subject === undefined ? {} : { subject }),
    remedy: `${remedy} ${commits.length} rounds are kept; then go on with: airtune run --resume ${directory}`,
    cause,
    retryable,
  });
}
