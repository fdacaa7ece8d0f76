import { describe, expect, it } from 'vitest';
import { VirtualCloud } from '#emulator/embedded/virtual-cloud.ts';
import { indexOf, kindName, roundOf } from '#emulator/modelled/round-message.ts';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import type { HandledDelivery } from '#emulator/services/assembly/handled-delivery.ts';
import { createDeviceFunction } from '#functions/device/device-function.ts';
import { createEncoderFunction } from '#functions/encoder/encoder-function.ts';
import { EncoderMaterial } from '#functions/encoder/encoder-material.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts, MessageSender } from '#functions/runtime/function-ports.ts';
import { createSchedulerFunction } from '#functions/scheduler/scheduler-function.ts';
import { beginEpoch } from '#run/execute/begin-epoch.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import { traceRound } from '#run/follow/trace-round.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import { featuresOf } from '#shared/config/run-features.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { byQueue } from '#shared/protocol/functions.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { type Message, type MessageKind, parseMessage } from '#shared/protocol/message.ts';
import { planSchema } from '#shared/protocol/records.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { decodeJson } from '#shared/protocol/stored-json.ts';
import { stageDurations } from '#shared/protocol/timeline.ts';
import { sentMessages } from '#shared/workload/message-sends.ts';
import { runPoint } from '#study/model/run-point.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { TINY_LANGUAGE_MODEL, tinyLanguageModel, tinyTexts } from '#test/support/tiny-language-run.ts';
import { prepareTinyRun, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

/**
 * Cloud parameters in which everything takes time except the bytes of objects, because numbers in JSON vary
 * in length.
 */
const CLOUD = {
  platform: { keepAliveSeconds: 3 },
  device: { poller: { batchSize: 4, batchWindowMs: 3 } },
  store: { getLatencyMs: 7, putLatencyMs: 11, megabytesPerSecond: 1e12 },
  cost: Object.fromEntries(
    ['schedule', 'embed', 'forward', 'head', 'backward', 'aggregate'].map((stage, index) => [
      stage,
      { fixedMs: 3 + index, itemMs: 0.1 * (index + 1), gigaflopsPerSecond: 0.01 * (index + 1) },
    ]),
  ),
};
/** Kinds that each round handles; its deadline comes after its last answer. */
const HANDLED: readonly MessageKind[] = [
  'round.start',
  'device.scheduled',
  'encoder.embeddings',
  'device.features',
  'encoder.gradients',
  'round.closed',
];
const DEVICES = 7;
const ROUNDS = 4;
const WORDS = 5;

/** Examples of equal length, because the model uses the mean length of texts. */
const folder = sharedScratchFolder(tinyModelAndData(120, () => WORDS));
const languageModel = sharedScratchFolder(tinyLanguageModel());
const texts = sharedScratchFolder(tinyTexts(120, WORDS));

/** A model and a task, as a run's settings and a study's name them. */
interface Task {
  readonly run: Readonly<Record<'model' | 'data', Readonly<Record<string, unknown>>>>;
  /** Layers with LoRA, the default ones if left out. */
  readonly targets?: readonly string[];
  /** Layers and widths of the model in the study. */
  readonly study: Readonly<Record<string, unknown>>;
}

const CLASSIFICATION: Task = {
  run: { model: { directory: folder }, data: { directory: folder, maxTokens: 8 } },
  study: { hiddenSize: 8, intermediateSize: 12, layerCount: 2 },
};

const LANGUAGE: Task = {
  run: {
    model: { directory: languageModel },
    data: { directory: texts, maxTokens: 8, task: 'causal-lm', packing: false },
  },
  targets: ['all-linear'],
  study: {
    hiddenSize: 8,
    intermediateSize: 12,
    layerCount: 2,
    vocabularySize: TINY_LANGUAGE_MODEL.vocabularySize,
    config: TINY_LANGUAGE_MODEL,
  },
};

interface Scenario {
  readonly task?: Task;
  readonly head?: Readonly<Record<string, unknown>>;
  readonly scheduling: Readonly<Record<string, unknown>>;
  readonly inlineBytes: number;
  readonly requestsInParallel: number;
  readonly device?: Readonly<Record<string, unknown>>;
}

interface Timeline {
  /** Every message, as `kind round device sent due`; a device by its index among the scheduled ones. */
  readonly sent: readonly string[];
  /** Sizes of the sent messages of each kind and round [bytes]. */
  readonly sizes: ReadonlyMap<string, readonly number[]>;
  /** Every delivery, as `function began end [messages] gets puts lists`. */
  readonly handled: readonly string[];
  /** Bytes read and written by deliveries of messages of these kinds after the first round. */
  readonly bytes: ReadonlyMap<string, readonly [read: number, written: number]>;
}

class TimelineRecorder implements Timeline {
  readonly sent: string[] = [];
  readonly sizes = new Map<string, number[]>();
  readonly handled: string[] = [];
  readonly bytes = new Map<string, [number, number]>();

  message(
    kind: MessageKind,
    round: number,
    device: number,
    [sentMs, dueMs]: readonly [number, number],
    bytes: number,
  ): void {
    this.sent.push(`${kind} ${round} ${device} ${sentMs.toFixed(5)} ${dueMs.toFixed(5)}`);
    const sizes = this.sizes.get(`${kind} ${round}`) ?? [];
    sizes.push(bytes);
    this.sizes.set(`${kind} ${round}`, sizes);
  }

  delivery<Body>(
    delivery: HandledDelivery<Body>,
    nameOf: (body: Body) => readonly [string, number, number],
  ): void {
    const { queue, beganMs, endMs, requests } = delivery;
    const names = delivery.messages.map(nameOf);
    const counts = `${requests.gets} gets ${requests.puts} puts ${requests.lists} lists`;
    const messages = names.map((message) => message.join(' ')).sort();
    this.handled.push(
      `${queue} ${beganMs.toFixed(5)} ${endMs.toFixed(5)} [${messages.join(', ')}] ${counts}`,
    );
    if (names.some(([, round]) => round === 0)) return;
    const kinds = [...new Set(names.map(([kind]) => kind))].sort().join(' and ');
    const [read, written] = this.bytes.get(kinds) ?? [0, 0];
    this.bytes.set(kinds, [read + requests.bytesRead, written + requests.bytesWritten]);
  }
}

async function realTimeline({
  task = CLASSIFICATION,
  scheduling,
  inlineBytes,
  requestsInParallel,
  device = {},
  head = {},
}: Scenario) {
  const config = tinyConfig(folder, {
    ...task.run,
    lora: { rank: 2, alpha: 4, ...(task.targets === undefined ? {} : { targets: task.targets }) },
    training: { devices: DEVICES, rounds: ROUNDS, batchSize: 2, evaluateEvery: 100, graceSeconds: 600 },
    server: { optimizer: { kind: 'adamw', learningRate: 0.01 }, engine: 'tfjs', requestsInParallel },
    transport: { inlineBytes },
    scheduling,
    device,
    head,
  });
  const objects = new MemoryObjectStore();
  const record = await prepareTinyRun(objects, config);
  const follower = new RunFollower(objects, record);
  const recorder = new TimelineRecorder();
  const plans = new Map<number, readonly number[]>();
  const placeOf = async (message: Message): Promise<number> => {
    if (!('device' in message)) return 0;
    const key = runKeys.plan(record.run, message.round);
    const plan =
      plans.get(message.round) ?? decodeJson(planSchema, await requireObject(objects, key), key).selected;
    plans.set(message.round, plan);
    return plan.indexOf(message.device);
  };
  const tracing = (create: (ports: FunctionPorts) => BatchWork) => (ports: FunctionPorts) => {
    const sender = (queue: MessageSender): MessageSender => ({
      send: async (batch) => {
        const sentMs = ports.clock.nowMs();
        for (const { body } of batch) {
          const message = parseMessage(body);
          if (message.kind === 'evaluate') continue;
          const times = [sentMs, message.deliverAtMs] as const;
          recorder.message(
            message.kind,
            message.round,
            await placeOf(message),
            times,
            Buffer.byteLength(body),
          );
        }
        return queue.send(batch);
      },
    });
    return create({ ...ports, queues: byQueue((queue) => sender(ports.queues[queue])) });
  };
  const cloud = new VirtualCloud({
    parameters: cloudParameters.parse(CLOUD),
    seed: config.seed,
    objects,
    functions: {
      scheduler: tracing(createSchedulerFunction),
      device: tracing(createDeviceFunction),
      encoder: tracing((ports) =>
        createEncoderFunction(
          new EncoderMaterial(
            ports,
            (server) =>
              createTfjsEngine(server, {
                features: featuresOf(config),
                lora: config.lora,
                backend: 'wasm',
              }),
            cloudParameters.parse(CLOUD).encoder.batchTokens,
          ),
        ),
      ),
    },
    tokensOf: (body) => (body.includes('"encoder.embeddings"') ? 2 * (WORDS + 2) : 8192),
    listener: () => {},
    onHandled: (delivery) =>
      recorder.delivery(delivery, (body) => {
        const message = parseMessage(body);
        const place = 'device' in message ? (plans.get(message.round)?.indexOf(message.device) ?? 0) : 0;
        return [message.kind, message.round, place];
      }),
  });
  const epoch = await beginEpoch(objects, record.run);
  // Without the test before the first round, which would fill the encoder's caches.
  for (const message of nextMessages(record, follower, epoch, 0)) {
    if (message.kind !== 'evaluate') cloud.send(record, message);
  }
  while (follower.commits.length < ROUNDS && (await cloud.step())) await follower.poll();
  const store = new RunStore(objects);
  const traces = await Promise.all(follower.commits.map((commit) => traceRound(store, record, commit, true)));
  return { config, recorder, commits: follower.commits, traces };
}

function modelledTimeline(
  seed: number,
  { task = CLASSIFICATION, scheduling, inlineBytes, requestsInParallel, device = {}, head = {} }: Scenario,
) {
  const settings = parseStudy(
    {
      seed,
      model: task.study,
      data: { maxTokens: 8, meanTokens: WORDS + 2, shardExamples: 15 },
      lora: { rank: 2, ...(task.targets === undefined ? {} : { targets: task.targets }) },
      training: { devices: DEVICES, rounds: ROUNDS, batchSize: 2, graceSeconds: 600 },
      transport: { inlineBytes },
      server: { requestsInParallel },
      scheduling,
      device,
      head,
      cloud: CLOUD,
    },
    'scenario',
  );
  const recorder = new TimelineRecorder();
  const traces: RoundTrace[] = [];
  const { rounds } = runPoint(settings, {
    tracing: { run: 'scenario', rounds: 'all', onTrace: (trace) => traces.push(trace) },
    messages: {
      sent: (message, sentMs, dueMs, bytes) =>
        recorder.message(kindName(message), roundOf(message), indexOf(message), [sentMs, dueMs], bytes),
      handled: (delivery) =>
        recorder.delivery(delivery, (message) => [kindName(message), roundOf(message), indexOf(message)]),
    },
  });
  return { recorder, rounds, traces };
}

/** The messages of a round, by kind, as the table of sends has them; tests of the model are left out. */
function expectedSends(round: number, devices: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, count } of HANDLED.flatMap((handled) => sentMessages(handled, devices))) {
    // The round after the last one is not started, and the operator starts the first one.
    if (kind !== 'evaluate' && (kind !== 'round.start' || round > 0)) counts.set(`${kind} ${round}`, count);
  }
  return counts;
}

/** A trace without its names, with times as text of a fixed precision. The last commit differs by a test. */
function comparable(trace: RoundTrace | undefined): unknown {
  if (trace === undefined) return undefined;
  const { round, startedAtMs, closedMs, devices, criticalDevice, criticalPath } = trace;
  const times = (spans: RoundTrace['criticalPath']): readonly string[] =>
    spans.map(
      ({ stage, kind, startMs, endMs }) => `${stage} ${kind} ${startMs.toFixed(4)} ${endMs.toFixed(4)}`,
    );
  return {
    round,
    startedAtMs: startedAtMs.toFixed(4),
    closedMs: closedMs.toFixed(4),
    devices: devices.map(({ device, answered, rateBitsPerSecond, spans }) => ({
      device,
      answered,
      rate: rateBitsPerSecond?.toFixed(0),
      spans: times(spans),
    })),
    criticalDevice,
    criticalPath: times(criticalPath),
  };
}

describe('run and study', () => {
  it.each<[string, Scenario]>([
    [
      'all devices, features inside messages',
      { scheduling: { policy: 'all-in' }, inlineBytes: 200, requestsInParallel: 32 },
    ],
    [
      'some devices, features as objects, three requests at a time',
      { scheduling: { policy: 'random', devicesPerRound: 5 }, inlineBytes: 0, requestsInParallel: 3 },
    ],
    [
      "devices' own computing, which delays their messages",
      {
        scheduling: { policy: 'all-in' },
        inlineBytes: 0,
        requestsInParallel: 32,
        device: { computeSeconds: { kind: 'uniform', leastSeconds: 0.2, mostSeconds: 1.5 } },
      },
    ],
    [
      'a language task, the states of every token as objects',
      { task: LANGUAGE, scheduling: { policy: 'all-in' }, inlineBytes: 0, requestsInParallel: 32 },
    ],
    [
      'a language task whose devices train the output matrix',
      {
        task: LANGUAGE,
        head: { train: 'all' },
        scheduling: { policy: 'all-in' },
        inlineBytes: 0,
        requestsInParallel: 32,
      },
    ],
    [
      'a language task, some devices, the states inside messages',
      {
        task: LANGUAGE,
        scheduling: { policy: 'random', devicesPerRound: 5 },
        inlineBytes: 2000,
        requestsInParallel: 3,
      },
    ],
  ])('give the same timeline and requests, message for message: %s', async (_name, scenario) => {
    const { config, recorder: real, commits, traces } = await realTimeline(scenario);
    const { recorder: modelled, rounds, traces: modelledTraces } = modelledTimeline(config.seed, scenario);
    const expected = commits.flatMap(({ selected }, round) => [...expectedSends(round, selected.length)]);
    for (const { sizes } of [real, modelled]) {
      expect(new Map([...sizes].map(([kind, { length }]) => [kind, length]))).toEqual(new Map(expected));
    }
    for (const [kind, sizes] of real.sizes) {
      const [modelledBytes] = modelled.sizes.get(kind) ?? [0];
      // The numbers of a message in JSON vary in length, and a timeline may have a cold start.
      const meanBytes = sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length;
      expect(Math.abs(modelledBytes / meanBytes - 1), `bytes of ${kind}`).toBeLessThanOrEqual(0.2);
    }
    // After the last round the real scheduler also sends a test.
    const isLast = (delivery: string) => delivery.includes(`[round.closed ${ROUNDS - 1} 0]`);
    const withoutLast = (timeline: Timeline) =>
      timeline.handled.filter((delivery) => !isLast(delivery)).sort();
    expect(withoutLast(modelled)).toEqual(withoutLast(real));
    expect(modelled.handled.length).toBe(real.handled.length);
    expect([...modelled.sent].sort()).toEqual([...real.sent].sort());
    for (const [kinds, [read, written]] of real.bytes) {
      const [modelledRead, modelledWritten] = modelled.bytes.get(kinds) ?? [0, 0];
      // The numbers of a record in JSON vary in length; the rest is exact.
      expect(Math.abs(modelledRead - read), `read by ${kinds}`).toBeLessThanOrEqual(0.07 * read);
      expect(Math.abs(modelledWritten - written), `written by ${kinds}`).toBeLessThanOrEqual(0.07 * written);
    }
    expect(modelledTraces.map(comparable)).toEqual(traces.map(comparable));
    expect(rounds.length).toBe(ROUNDS);
    for (const { round, latency } of rounds) {
      const { startedAtMs, criticalPath } = commits[round];
      const durations = stageDurations(startedAtMs, criticalPath);
      for (const stage of STAGES) {
        expect(latency.criticalPathNanoseconds[stage] / 1e6).toBeCloseTo(durations.get(stage) ?? 0, 4);
      }
    }
  });
});
