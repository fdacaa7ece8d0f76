import { basename, join, relative, resolve, sep } from 'node:path';
import type { RunProgress } from '#run/follow/run-progress.ts';
import { lostState } from '#run/hosts/lost-state.ts';
import type { RunHost } from '#run/hosts/run-host.ts';
import { findData } from '#run/model/data-source.ts';
import { exampleCache } from '#run/model/file-example-cache.ts';
import { findModel, findModelAgain, type ModelSource } from '#run/model/model-source.ts';
import type { RunOutput } from '#run/output/run-output.ts';
import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { Environment } from '#shared/environment.ts';
import { ConfigError, ProtocolError } from '#shared/errors.ts';
import { requireEngine } from '#shared/model/engine/require-engine.ts';
import { NO_PLUGINS } from '#shared/plugins/no-plugins.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { dataSummaryLines } from '#shared/preparation/data-summary.ts';
import { largeHeadWarnings } from '#shared/preparation/large-heads.ts';
import { type PreparedRun, prepareRun } from '#shared/preparation/prepare-run.ts';
import type { RunPlugins } from '#shared/protocol/run-plugins.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { interruptible, interruptibleStore, stoppedResumedRun } from './interruptible.ts';

/** The settings of a new run; for a resumed run, the new folders of its model and data if they have moved. */
export type RunStart =
  | { readonly kind: 'new'; readonly config: RunConfig; readonly plugins?: RunPlugins }
  | { readonly kind: 'resumed'; readonly model: string | undefined; readonly data: string | undefined };

/** A request to start or resume a run. */
export interface RunRequest {
  readonly host: RunHost;
  /** The run's name in the host's object store. */
  readonly run: string;
  readonly start: RunStart;
  /** The plug-ins of this process; none by default. */
  readonly plugins?: PluginHost;
  readonly output: RunOutput;
  readonly progress: RunProgress;
  /** Aborts when the run is to stop. */
  readonly signal: AbortSignal;
  /** Environment variables: caches and hubs. */
  readonly environment: Environment;
}

export interface ReadyRun extends PreparedRun {
  /** The model's name in the adapter's files. It keeps its first value when the model is moved. */
  readonly modelName: string;
}

/**
 * Prepares a new run, or checks that an interrupted run can be resumed with the given model and data. If
 * preparing a new run fails or is interrupted, its folder is removed.
 *
 * @throws ConfigError, DataError, ModelError naming the cause; InterruptedError when the signal aborts.
 */
export async function readyRun(request: RunRequest): Promise<ReadyRun> {
  const { host, output, start, signal } = request;
  if (start.kind === 'resumed') {
    const objects = interruptibleStore(host.objects, signal, stoppedResumedRun);
    return interruptible(prepareAgain(request, start, objects), signal, stoppedResumedRun);
  }
  try {
    const objects = interruptibleStore(host.objects, signal);
    return await interruptible(prepareNew(request, start, objects), signal);
  } catch (error) {
    await output.discard();
    throw error;
  }
}

async function prepareNew(
  { run, host, plugins: ofProcess = NO_PLUGINS, progress, environment }: RunRequest,
  { config, plugins: records = {} }: Extract<RunStart, { kind: 'new' }>,
  objects: ObjectStore,
): Promise<ReadyRun> {
  await loadEngine(host, config.server, progress);
  progress.activity('reading the model and the data');
  const plugged = { records, host: ofProcess };
  const nowMs = systemClock.nowMs();
  const cache = exampleCache(environment);
  const prepared = await prepareRun(config, run, objects, nowMs, progress, plugged, cache);
  for (const line of dataSummaryLines(prepared.data)) progress.note(line);
  for (const warning of largeHeadWarnings(prepared.record, !host.encodesHere)) {
    progress.note(`airtune: warning: ${warning}`);
  }
  return { ...prepared, modelName: nameOf(config.model) };
}

async function prepareAgain(
  { run, host, output, plugins = NO_PLUGINS, progress, environment }: RunRequest,
  moved: Extract<RunStart, { kind: 'resumed' }>,
  objects: ObjectStore,
): Promise<ReadyRun> {
  const notice = (line: string): void => progress.note(line);
  const stored = await readRecord(objects, run);
  if (stored === undefined) {
    if (host.endpoint !== undefined) throw lostState(host.endpoint);
    throw new ConfigError('holds no run to resume.', {
      subject: output.directory,
      remedy: 'Name the output folder of an interrupted run. An emulator loses its runs when it restarts.',
    });
  }
  await loadEngine(host, stored.config.server, progress);
  const warning = await host.restore?.(stored);
  if (warning !== undefined) notice(`airtune: warning: ${warning}`);
  const { model, data } = stored.config;
  const source =
    moved.model === undefined
      ? { directory: await findModelAgain(model, environment, notice) }
      : await findModel(moved.model, environment, notice);
  const found = {
    ...stored.config,
    model: { ...model, ...source },
    data:
      moved.data === undefined
        ? await findData(data, environment, notice)
        : movedData(data, resolve(moved.data)),
  };
  progress.activity('reading the model and the data');
  const plugged = { records: stored.plugins, host: plugins };
  const nowMs = systemClock.nowMs();
  const cache = exampleCache(environment);
  const prepared = await prepareRun(found, run, objects, nowMs, progress, plugged, cache);
  if (prepared.record.prepared === stored.prepared) return { ...prepared, modelName: nameOf(model) };
  throw new ConfigError('model or data have changed since the run was started.', {
    subject: found.data.directory,
    remedy: 'Restore them, name their new places with --model and --data, or start a new run.',
  });
}

/** The settings of data whose folder or file has moved. Files inside the former folder have moved with it. */
function movedData(data: RunConfig['data'], directory: string): RunConfig['data'] {
  const { files, directory: former } = data;
  if (files === undefined) return { ...data, directory };
  const moved = (paths: readonly string[]): string[] =>
    paths.map((path) =>
      path.startsWith(`${former}${sep}`) ? join(directory, relative(former, path)) : path,
    );
  return {
    ...data,
    directory,
    files: {
      ...(files.train === undefined ? {} : { train: moved(files.train) }),
      ...(files.test === undefined ? {} : { test: moved(files.test) }),
    },
  };
}

/** If this process runs the encoder, checks that an engine loads, and warns if it is the slower one. */
async function loadEngine(host: RunHost, server: RunConfig['server'], progress: RunProgress): Promise<void> {
  progress.activity('loading the engine');
  if (!host.encodesHere) return;
  const { engine, backend, note } = await requireEngine(server);
  if (server.engine === 'auto' && engine === 'tfjs') {
    progress.note(`airtune: warning: the encoder runs on ${engine} (${backend}), which is slower: ${note}`);
  }
}

async function readRecord(objects: ObjectStore, run: string): Promise<RunRecord | undefined> {
  try {
    return await new RunStore(objects).run(run).read();
  } catch (error) {
    if (!(error instanceof DamagedObjectError)) throw error;
    throw new ProtocolError(error.message, {
      subject: error.subject ?? error.key,
      remedy: 'It holds the settings, without which the run cannot continue: start a new run.',
      cause: error,
    });
  }
}

function nameOf({ hub, directory }: ModelSource): string {
  return hub?.name ?? basename(directory);
}
