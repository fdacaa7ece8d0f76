import type { EventListener } from '#emulator/embedded/virtual-ports.ts';
import { ProgressRecorder } from '#run/follow/record-progress.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import type { RunProgress } from '#run/follow/run-progress.ts';
import { type ControlOfRun, controlOfRun } from '#run/output/control-of-run.ts';
import type { RoundMetrics } from '#run/output/round-metrics.ts';
import { RESULT_VERSION, type RunOutput } from '#run/output/run-output.ts';
import { type RunStart, runProvenance } from '#run/output/run-provenance.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import { AirtuneError, ConfigError, InterruptedError, ServiceError } from '#shared/errors.ts';
import type { Evaluation } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { beginEpoch } from './begin-epoch.ts';
import { type RunRequest, readyRun } from './ready-run.ts';
import { throwRunFailure } from './run-failure.ts';

/** The result of a finished run. */
export interface RunSummary {
  readonly record: RunRecord;
  readonly output: RunOutput;
  readonly engine: string;
  readonly virtualTime: boolean;
  readonly control: ControlOfRun;
  readonly rounds: readonly RoundMetrics[];
  readonly evaluations: readonly Evaluation[];
}

export interface RunExecution extends RunRequest {
  readonly createProgress: (rounds: number) => RunProgress;
  readonly signal: AbortSignal;
  readonly listener: EventListener;
}

/** A whole run, from settings or from where it was interrupted, to its output folder. */
export async function executeRun(execution: RunExecution): Promise<RunSummary> {
  const { host, output } = execution;
  const { objects } = host;
  const started = now();
  const { record, modelConfig, hashes } = await readyRun(execution);
  const follower = new RunFollower(objects, record);
  const progress = execution.createProgress(record.config.training.rounds);
  const recorder = new ProgressRecorder(record, follower, output, progress);
  await recorder.begin();
  const epoch = await beginEpoch(objects, record.run);
  const store = new RunStore(objects);
  const writeModel = (): Promise<void> => {
    const headRounds = follower.commits.at(-1)?.headRounds ?? [];
    return output.writeModel(objects, record, modelConfig, follower.commits.length, headRounds);
  };
  try {
    await host.carry({
      record,
      follower,
      epoch,
      signal: execution.signal,
      listener: execution.listener,
      onProgress: async () => {
        await recorder.update();
        if (!follower.finished) await throwRunFailure(store, record.run, epoch);
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
  const control = controlOfRun(record, recorder.rounds);
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
    control,
    rounds: recorder.rounds,
    evaluations: follower.evaluations,
    provenance: runProvenance(started, now(), hashes, execution.config === undefined),
  });
  const { rounds } = recorder;
  const { virtualTime } = host;
  return { record, output, engine, virtualTime, control, rounds, evaluations: follower.evaluations };
}

function now(): RunStart {
  return { nowMs: systemClock.nowMs(), monotonicMs: performance.now() };
}

/**
 * Starts a run where it goes on by itself, and leaves it there.
 *
 * @throws ConfigError where a run ends with this process.
 */
export async function beginRun(request: RunRequest): Promise<void> {
  const { host } = request;
  if (host.begin === undefined) {
    throw new ConfigError('needs a deployment that carries the run alone.', {
      subject: '--detach',
      remedy: 'Use it with --target aws and without --endpoint.',
    });
  }
  const { record } = await readyRun(request);
  const follower = new RunFollower(host.objects, record);
  await follower.poll();
  await host.begin({ record, follower, epoch: await beginEpoch(host.objects, record.run) });
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
