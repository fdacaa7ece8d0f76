import type { EventListener } from '#emulator/embedded/virtual-ports.ts';
import { ProgressRecorder } from '#run/follow/record-progress.ts';
import { RoundTracer } from '#run/follow/round-tracer.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import type { RunObserver } from '#run/follow/run-observer.ts';
import { type ControlOfRun, controlOfRun } from '#run/output/control-of-run.ts';
import type { RunOutput } from '#run/output/run-output.ts';
import { type ClockReading, runProvenance } from '#run/output/run-provenance.ts';
import { theoremOfRun } from '#run/output/theorem-of-run.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import { AirtuneError, ConfigError, InterruptedError, ServiceError } from '#shared/errors.ts';
import { NO_PLUGINS } from '#shared/plugins/no-plugins.ts';
import type { Evaluation } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RESULT_VERSION, type RoundMetrics, type RunResult } from '#shared/protocol/run-result.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { metricOf } from '#shared/protocol/test-target.ts';
import { beginEpoch } from './begin-epoch.ts';
import { type BestState, bestState } from './best-state.ts';
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
  /** The best tested state, which is in the folder `best/`; undefined without a test. */
  readonly best: RunResult['best'];
}

export interface RunExecution extends RunRequest {
  readonly listener: EventListener;
  /** Receivers of the run's rounds in addition to its output folder. */
  readonly observers?: readonly RunObserver[];
}

/** Executes a new or resumed run and writes its output folder. @throws InterruptedError when stopped */
export async function executeRun(execution: RunExecution): Promise<RunSummary> {
  const { host, output, progress, observers = [], plugins = NO_PLUGINS } = execution;
  const { objects } = host;
  const started = now();
  const ready = await readyRun(execution);
  const { record, hashes } = ready;
  const follower = new RunFollower(objects, record);
  const store = new RunStore(objects);
  const recorder = new ProgressRecorder({ record, store, follower, output, progress, observers });
  const tracer = new RoundTracer(objects, record, follower, observers, host.virtualTime);
  await recorder.begin();
  const observed = { record, virtualTime: host.virtualTime, done: recorder.rounds.slice() };
  for (const observer of observers) await observer.begin(observed);
  await tracer.update();
  await noteMissing(tracer, execution);
  progress.begin(record.config.training.rounds, recorder.rounds.length);
  const epoch = await beginEpoch(objects, record.run);
  const writeModel = async (): Promise<BestState | undefined> => {
    const { commits } = follower;
    const headRounds = commits.at(-1)?.headRounds ?? [];
    await output.writeModel(objects, record, ready, { rounds: commits.length, headRounds });
    const best = await bestState(objects, record, follower);
    if (best !== undefined) await output.writeBest(objects, record, ready, best);
    return best;
  };
  try {
    await host.execute({
      record,
      follower,
      epoch,
      signal: execution.signal,
      listener: execution.listener,
      onProgress: async () => {
        await follower.poll();
        await tracer.update();
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
    for (const observer of observers) await observer.end();
  }
  if (!follower.finished) {
    throw new InterruptedError(`stopped after ${follower.commits.length} rounds; all of them are kept.`, {
      remedy: `Continue with: airtune run --resume ${output.directory}`,
    });
  }
  if (follower.rounds < record.config.training.rounds) progress.note(stopNote(record, follower));
  const best = await writeModel();
  const encoder = follower.commits.at(-1)?.encoder;
  const engine = encoder === undefined ? 'not used' : `${encoder.engine} on ${encoder.backend}`;
  const control = await controlOfRun(record, recorder.rounds, plugins);
  await output.writeResult({
    format: 'airtune-result',
    version: RESULT_VERSION,
    run: record.run,
    target: host.target,
    virtualTime: host.virtualTime,
    engine,
    fillTokens: encoder?.fillTokens ?? 0,
    config: record.config,
    ...(Object.keys(record.plugins).length === 0 ? {} : { plugins: record.plugins }),
    ...(host.cloud === undefined ? {} : { cloud: host.cloud }),
    payloadBits: record.payloadBits,
    labelNames: record.labelNames,
    ...(record.score === undefined ? {} : { score: record.score }),
    ...(record.finalNorm === undefined ? {} : { finalNorm: record.finalNorm }),
    ...(record.vocabularySize === undefined ? {} : { vocabularySize: record.vocabularySize }),
    data: ready.data,
    ...(best === undefined ? {} : { best: { rounds: best.rounds, metric: best.metric, value: best.value } }),
    chance: follower.evaluations[0]?.chance ?? null,
    control,
    theorem1: theoremOfRun(record, recorder.rounds),
    rounds: recorder.rounds,
    evaluations: follower.evaluations,
    provenance: runProvenance(started, now(), hashes, execution.start.kind === 'resumed'),
  });
  const { rounds } = recorder;
  const { virtualTime } = host;
  const { evaluations } = follower;
  return { record, output, engine, virtualTime, control, rounds, evaluations, best };
}

/** The notice that a test has ended the run before its last round. */
function stopNote({ config }: RunRecord, { evaluations, rounds }: RunFollower): string {
  const { stopAt } = config.training;
  const last = evaluations.at(-1);
  if (stopAt === undefined || last === undefined) return `ended after round ${rounds}`;
  const value = metricOf(last, stopAt.metric)?.toPrecision(4);
  return `ended after round ${rounds}: ${stopAt.metric} is ${value}, the target is ${stopAt.value}`;
}

/** Notes the rounds of earlier processes that can no longer be traced. */
async function noteMissing({ missing }: RoundTracer, { output, progress }: RunExecution): Promise<void> {
  if (missing.length === 0) return;
  const traced = new Set(await output.tracedRounds());
  const without = missing.filter((round) => !traced.has(round));
  if (without.length === 0) return;
  const rounds = without.length === 1 ? `round ${without[0]}` : `${without.length} rounds`;
  progress.note(`airtune: no trace of ${rounds} that ended earlier: the answers are deleted.`);
}

function now(): ClockReading {
  return { nowMs: systemClock.nowMs(), monotonicMs: performance.now() };
}

/**
 * Starts or resumes a run on a host that continues without this process, and returns.
 *
 * @throws ConfigError when the host's runs end with this process.
 */
export async function beginRun(request: RunRequest): Promise<void> {
  const { host } = request;
  if (host.begin === undefined) {
    throw new ConfigError('needs a deployment, which continues the run without this process.', {
      subject: '--detach',
      remedy: 'Use it with --target aws and without --endpoint.',
    });
  }
  const { record } = await readyRun(request);
  const follower = new RunFollower(host.objects, record);
  await follower.poll();
  await host.begin({ record, follower, epoch: await beginEpoch(host.objects, record.run) });
}

/** After a divergence: writes the last committed round's model, and notes it in the error's remedy. */
async function keptBefore(
  error: AirtuneError,
  { directory }: RunOutput,
  { commits }: RunFollower,
  writeModel: () => Promise<unknown>,
): Promise<AirtuneError> {
  const { kind, message, remedy = '', cause } = error;
  if (commits.length === 0) return error;
  await writeModel();
  const loss = commits.at(-1)?.trainLoss ?? null;
  const lastLoss = loss === null ? '' : ` (training loss ${loss.toPrecision(4)})`;
  const kept = `${directory} holds adapter and heads as they were after round ${commits.length}${lastLoss}.`;
  return new AirtuneError(kind, message, { remedy: `${remedy} ${kept}`, cause });
}

/**
 * Adds the command that resumes the run to the remedy of a service error, which loses no committed round.
 */
function resumable(error: unknown, { directory }: RunOutput, { commits }: RunFollower): unknown {
  if (!(error instanceof ServiceError)) return error;
  const { message, subject, remedy = 'Try again.', cause, retryable } = error;
  return new ServiceError(message, {
    ...(subject === undefined ? {} : { subject }),
    remedy: `${remedy} ${commits.length} rounds are kept; then continue with: airtune run --resume ${directory}`,
    cause,
    retryable,
  });
}
