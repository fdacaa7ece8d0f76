import { lostState } from '#run/hosts/lost-state.ts';
import type { RunHost } from '#run/hosts/run-host.ts';
import { findModelAgain } from '#run/model/model-source.ts';
import type { RunOutput } from '#run/output/run-output.ts';
import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { ConfigError, ProtocolError } from '#shared/errors.ts';
import { requireEngine } from '#shared/model/engine/require-engine.ts';
import { type PreparedRun, prepareRun } from '#shared/preparation/prepare-run.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/** A run that is to begin or to go on. */
export interface RunRequest {
  readonly host: RunHost;
  /** The run's name in the host's object store. */
  readonly run: string;
  /** A new run's settings; undefined to go on with one that is stored. */
  readonly config: RunConfig | undefined;
  readonly output: RunOutput;
  /** Told what takes time before the run begins, such as fetching a model. */
  readonly notice: (line: string) => void;
}

/**
 * Prepares a new run, or checks that an interrupted one can go on with the model and the data that it was started with.
 * A new run that cannot be prepared leaves no folder.
 *
 * @throws ConfigError, DataError, ModelError naming what is in the way.
 */
export async function readyRun(request: RunRequest): Promise<PreparedRun> {
  const { config, run, host, output } = request;
  if (config === undefined) return prepareAgain(request);
  try {
    if (host.encodesHere) await requireEngine(config.server);
    return await prepareRun(config, run, host.objects, systemClock.nowMs());
  } catch (error) {
    await output.discard();
    throw error;
  }
}

async function prepareAgain({ run, host, output, notice }: RunRequest): Promise<PreparedRun> {
  const { objects } = host;
  const stored = await readRecord(objects, run);
  if (stored === undefined) {
    if (host.endpoint !== undefined) throw lostState(host.endpoint);
    throw new ConfigError('holds no run to go on with.', {
      subject: output.directory,
      remedy: 'Name the output folder of a run that was interrupted.',
    });
  }
  if (host.encodesHere) await requireEngine(stored.config.server);
  const { model } = stored.config;
  const warning = await host.restore?.(stored);
  if (warning !== undefined) notice(`airtune: warning: ${warning}`);
  const directory = await findModelAgain(model, process.env, notice);
  const found = { ...stored.config, model: { ...model, directory } };
  const prepared = await prepareRun(found, run, objects, systemClock.nowMs());
  if (prepared.record.prepared === stored.prepared) return prepared;
  throw new ConfigError('model or data have changed since the run was started.', {
    subject: stored.config.data.directory,
    remedy: 'Put them back as they were, or start a new run.',
  });
}

async function readRecord(objects: ObjectStore, run: string): Promise<RunRecord | undefined> {
  try {
    return await new RunStore(objects).run(run).read();
  } catch (error) {
    if (!(error instanceof DamagedObjectError)) throw error;
    throw new ProtocolError(error.message, {
      subject: error.subject ?? error.key,
      remedy: 'It holds the settings of the run, which cannot go on without it: start a new run.',
      cause: error,
    });
  }
}
