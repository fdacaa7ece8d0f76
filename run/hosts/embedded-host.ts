import { setImmediate } from 'node:timers/promises';
import { VirtualCloud } from '#emulator/embedded/virtual-cloud.ts';
import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { createDeviceFunction } from '#functions/device/device-function.ts';
import { createEncoderFunction } from '#functions/encoder/encoder-function.ts';
import { EncoderMaterial, type EngineFactory } from '#functions/encoder/encoder-material.ts';
import { runEngineFactory } from '#functions/encoder/run-engine.ts';
import { createSchedulerFunction } from '#functions/scheduler/scheduler-function.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import { FileObjectStore } from '#shared/cloud/file/file-object-store.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { routedObjectStore } from '#shared/cloud/routed-object-store.ts';
import { watchedObjectStore } from '#shared/cloud/watched-object-store.ts';
import { ProtocolError } from '#shared/errors.ts';
import { NO_PLUGINS } from '#shared/plugins/no-plugins.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { durabilityOf, isProgressKey, retentionOf } from '#shared/protocol/keys.ts';
import { restoreRun } from '#shared/protocol/restore-run.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RoundDiscard } from './round-discard.ts';
import type { ExecutedRun, RunHost } from './run-host.ts';

/** Options of the functions on the embedded host. */
export interface EmbeddedHostOptions {
  /** Threads of the encoder's engine on a processor; all cores by default. */
  readonly threads?: number | undefined;
  /** Plug-ins; none by default. */
  readonly plugins?: PluginHost | undefined;
}

/** Parts of the functions other than their ports. */
interface FunctionParts {
  readonly createEngine: EngineFactory;
  readonly plugins: PluginHost;
}

/**
 * The host `embedded`: the real functions on the virtual cloud, in this process. Objects that a run keeps are
 * stored in the state folder. Model parts and shards (which can be prepared again), payloads and answers
 * (which are useless after their round) are kept in memory: a resumed run computes its open round again.
 */
export async function openEmbeddedHost(
  stateDirectory: string,
  cloud: CloudParameters,
  { threads, plugins = NO_PLUGINS }: EmbeddedHostOptions = {},
): Promise<RunHost> {
  const objects = routedObjectStore(
    (key) => retentionOf(key) !== 'run',
    new MemoryObjectStore(),
    await FileObjectStore.open(stateDirectory, durabilityOf),
  );
  return {
    target: 'embedded',
    virtualTime: true,
    encodesHere: true,
    cloud,
    objects,
    restore: (record) => restore(objects, record),
    execute: (run) => execute(objects, cloud, { createEngine: runEngineFactory(threads), plugins }, run),
    close: async () => {},
  };
}

async function restore(objects: ObjectStore, record: RunRecord): Promise<string | undefined> {
  const restored = await restoreRun(objects, record);
  if (restored === undefined) return undefined;
  const { damaged, rounds, committedBefore } = restored;
  const [first, ...others] = damaged;
  // Only the answers of the open round are missing: they were in the memory of the earlier process.
  if (first === undefined && rounds === committedBefore) return undefined;
  const found =
    first === undefined
      ? 'stored objects of the run are missing.'
      : `${first.subject ?? first.key}: ${first.message}${others.length === 0 ? '' : ` ${others.length} more objects are damaged.`}`;
  return rounds < committedBefore
    ? `${found} The run goes back to the end of round ${rounds} of ${committedBefore}.`
    : `${found} The run makes it again.`;
}

async function execute(
  objects: ObjectStore,
  parameters: CloudParameters,
  { createEngine, plugins }: FunctionParts,
  run: ExecutedRun,
): Promise<void> {
  const { record, follower, signal } = run;
  const encoders: EncoderMaterial[] = [];
  const { training } = record.config;
  const tokens = training.batchSize * record.sequenceTokens;
  const startMs = follower.commits.at(-1)?.closedAtMs ?? 0;
  const discard = new RoundDiscard(objects, record, follower);
  let progressed = false;
  let lastFailure: string | undefined;
  const cloud = new VirtualCloud(
    {
      parameters,
      seed: record.config.seed,
      objects: watchedObjectStore(objects, isProgressKey, () => {
        progressed = true;
      }),
      functions: {
        scheduler: (ports) => createSchedulerFunction(ports, plugins),
        device: createDeviceFunction,
        encoder: (ports) => {
          // The batch size comes from the cloud's parameters, not from this machine's engine.
          const material = new EncoderMaterial(ports, createEngine, parameters.encoder.batchTokens, plugins);
          encoders.push(material);
          return createEncoderFunction(material);
        },
      },
      tokensOf: (body) => (body.includes('"encoder.embeddings"') ? tokens : parameters.encoder.batchTokens),
      listener: (name, fields) => {
        if (name === 'message-failed' && typeof fields.reason === 'string') lastFailure = fields.reason;
        run.listener(name, fields);
      },
    },
    startMs,
  );
  try {
    for (const message of nextMessages(record, follower, run.epoch, startMs)) cloud.send(record, message);
    while (!follower.finished && !signal.aborted) {
      if (!(await cloud.step())) throw stalled(run, lastFailure);
      // Most events store nothing: progress is read after writes only. The immediate lets Ctrl-C act.
      if (!progressed) {
        await setImmediate();
        continue;
      }
      progressed = false;
      const before = follower.commits.length;
      await run.onProgress();
      if (follower.commits.length > before) await discard.round(before);
    }
  } finally {
    for (const encoder of encoders) await encoder.dispose();
  }
}

function stalled({ follower }: ExecutedRun, lastFailure: string | undefined): ProtocolError {
  const why = lastFailure === undefined ? '' : ` The last message that failed: ${lastFailure}`;
  return new ProtocolError(
    `the run stalled after ${follower.commits.length} rounds: all queues are empty but the run is incomplete.${why}`,
    { remedy: 'Run it with --verbose to see every message.' },
  );
}
