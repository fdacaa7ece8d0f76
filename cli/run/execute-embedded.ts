import type { EventListener } from '../../emulator/run/virtual-ports.ts';
import type { RunConfig } from '../../shared/config/run-config.ts';
import { ConfigError, InterruptedError } from '../../shared/errors.ts';
import { RESULT_VERSION, RunOutput } from '../output/run-output.ts';
import { runEmbedded } from './embedded-run.ts';
import { ProgressRecorder } from './record-progress.ts';
import { RunFollower } from './run-follower.ts';
import type { RunProgress } from './run-progress.ts';
import {
  beginAttempt,
  EMBEDDED_RUN,
  openEmbeddedStore,
  prepareAgain,
  prepareNew,
  readRunRecord,
} from './run-session.ts';
import type { RunSummary } from './run-summary.ts';

export interface EmbeddedExecution {
  /** A new run's settings; undefined to go on with the run in the folder. */
  readonly config: RunConfig | undefined;
  readonly outputDirectory: string;
  readonly createProgress: (rounds: number) => RunProgress;
  readonly signal: AbortSignal;
  readonly listener: EventListener;
}

/** A whole run in this process, from settings, or from where an interrupted one stopped, to its output folder. */
export async function executeEmbedded(execution: EmbeddedExecution): Promise<RunSummary> {
  const output = new RunOutput(execution.outputDirectory);
  if (execution.config !== undefined) await output.requireNew();
  const objects = await openEmbeddedStore(output.stateDirectory);
  const { record, modelConfig } = await prepared();
  const follower = new RunFollower(objects, record);
  const progress = execution.createProgress(record.config.training.rounds);
  const recorder = new ProgressRecorder(record, follower, output, progress);
  await recorder.begin();
  const attempt = await beginAttempt(objects, record.run);
  let engine = '';
  try {
    await runEmbedded({
      record,
      objects,
      follower,
      attempt,
      signal: execution.signal,
      listener: (name, fields) => {
        if (name === 'engine') engine = [fields.engine, fields.backend].join(' on ');
        execution.listener(name, fields);
      },
      onProgress: () => recorder.update(),
    });
  } finally {
    progress.end();
  }
  if (!follower.finished) {
    throw new InterruptedError(`stopped after ${follower.commits.length} rounds; all of them are kept.`, {
      remedy: `Go on with: airtune run --resume ${execution.outputDirectory}`,
    });
  }
  const last = follower.commits.at(-1);
  await output.writeModel(objects, record, modelConfig, follower.commits.length, last?.headRounds ?? []);
  await output.writeResult({
    format: 'airtune-result',
    version: RESULT_VERSION,
    run: record.run,
    target: 'embedded',
    engine,
    config: record.config,
    payloadBits: record.payloadBits,
    labelNames: record.labelNames,
    chance: follower.evaluations[0]?.chance ?? null,
    rounds: recorder.rounds,
    evaluations: follower.evaluations,
  });
  return { record, output, engine, rounds: recorder.rounds, evaluations: follower.evaluations };

  async function prepared(): ReturnType<typeof prepareNew> {
    if (execution.config !== undefined) return prepareNew(execution.config, EMBEDDED_RUN, objects);
    const stored = await readRunRecord(objects, EMBEDDED_RUN);
    if (stored === undefined) {
      throw new ConfigError('holds no run to go on with.', {
        subject: execution.outputDirectory,
        remedy: 'Name the output folder of a run that was interrupted.',
      });
    }
    return prepareAgain(stored, objects);
  }
}
