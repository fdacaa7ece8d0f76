import { createDeviceFunction } from '#functions/device/device-function.ts';
import { createEncoderFunction } from '#functions/encoder/encoder-function.ts';
import { EncoderMaterial, type EngineFactory } from '#functions/encoder/encoder-material.ts';
import { sendMessages } from '#functions/exchange/send-message.ts';
import { type DeadLetter, parseDeadLetter } from '#functions/runtime/dead-letter.ts';
import type { CloudPorts } from '#functions/runtime/environment.ts';
import { runWorker } from '#functions/runtime/run-worker.ts';
import { createSchedulerFunction } from '#functions/scheduler/scheduler-function.ts';
import { beginEpoch } from '#run/execute/begin-epoch.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { byQueue, QUEUE_NAMES, queuesOf } from '#shared/protocol/functions.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { FaultPlan, type FaultSettings } from './faults/fault-plan.ts';
import { faultyObjectStore } from './faults/faulty-object-store.ts';
import { FaultyProcess, KillError } from './faults/faulty-process.ts';
import { faultyQueue } from './faults/faulty-queue.ts';
import { Interleaver } from './faults/interleaver.ts';
import { SelfAdvancingClock } from './self-advancing-clock.ts';

export interface SimulatedRun {
  readonly plan: FaultPlan;
  readonly follower: RunFollower;
  /** Number of reported events, by name. */
  readonly events: ReadonlyMap<string, number>;
  /** Dead letters with their reasons. */
  readonly deadLetters: readonly DeadLetter[];
}

const FUNCTIONS = ['scheduler', 'device', 'encoder'] as const;
/** Number of concurrent processes of each function. */
const PROCESSES: Readonly<Record<FunctionName, number>> = { scheduler: 2, device: 3, encoder: 2 };
const VISIBILITY_SECONDS = 60;
const ACTIVATION_BYTES = 6_000;

/**
 * Executes a prepared run to its end under virtual time, with several processes of each function. At every
 * port call, other processes may continue and the process may die. The execution is a function of the faults'
 * seed.
 *
 * @param resumedAtMs Time at which the run is resumed although it is still active.
 */
export async function simulateRun(
  objects: ObjectStore,
  record: RunRecord,
  faults: FaultSettings,
  createEngine: EngineFactory,
  resumedAtMs?: number,
): Promise<SimulatedRun> {
  const plan = new FaultPlan(faults);
  const interleaver = new Interleaver(faults.seed);
  const clock = new SelfAdvancingClock(0, () => interleaver.idle);
  const queues = byQueue((name) => new EmulatedQueue({ name, clock }));
  const deadLetters = byQueue((name) => new EmulatedQueue({ name: `${name}-dead`, clock }));
  const events = new Map<string, number>();
  const ending = new AbortController();

  const livePorts = (life: FaultyProcess): CloudPorts => {
    const wrap = (inner: EmulatedQueue) => faultyQueue(life, interleaver.queue(inner));
    return {
      queues: byQueue((name) => wrap(queues[name])),
      deadLetters,
      objects: faultyObjectStore(life, interleaver.objects(objects)),
      clock: interleaver.clock(clock),
      telemetry: {
        within: (_fields, task) => task(),
        measure: async (_work, task) => ({ result: await task(), elapsedMs: 0 }),
        event: (name) => events.set(name, (events.get(name) ?? 0) + 1),
      },
      close: () => {},
    };
  };
  const work = (name: FunctionName, ports: CloudPorts) => {
    switch (name) {
      case 'scheduler':
        return createSchedulerFunction(ports);
      case 'device':
        return createDeviceFunction(ports);
      case 'encoder':
        // Memory for a few passes: some gradients find their activations, some do not.
        return createEncoderFunction(new EncoderMaterial(ports, createEngine, ACTIVATION_BYTES));
    }
  };
  const live = async (name: FunctionName, index: number): Promise<void> => {
    const random = randomStream(faults.seed, 'fault', 2, index);
    while (!ending.signal.aborted) {
      const ports = livePorts(new FaultyProcess(plan, interleaver.clock(clock)));
      const handlers = work(name, ports);
      const consumers = queuesOf(name).map((queue) =>
        runWorker({
          queue,
          ports,
          work: handlers,
          uniform: () => random.uniform(),
          waitSeconds: 20,
          visibilitySeconds: VISIBILITY_SECONDS,
          signal: ending.signal,
          maxReceives: Number.POSITIVE_INFINITY,
        }),
      );
      // When the process dies, so does each of its consumers, at its next port call.
      for (const ended of await Promise.allSettled(consumers)) {
        if (ended.status === 'rejected' && !(ended.reason instanceof KillError)) throw ended.reason;
      }
    }
  };
  const processes = FUNCTIONS.flatMap((name, place) =>
    Array.from({ length: PROCESSES[name] }, (_, index) =>
      interleaver.run(`${name} ${index}`, () => live(name, 10 * place + index)),
    ),
  );

  const follower = new RunFollower(objects, record);
  await follower.poll();
  const epoch = await beginEpoch(objects, record.run);
  const outside = {
    ...livePorts(new FaultyProcess(new FaultPlan({ seed: 0, rates: {}, maxFaults: 0 }))),
    queues,
  };
  await sendMessages(outside, record, nextMessages(record, follower, epoch, clock.nowMs()));
  const watch = (async () => {
    let resumed = resumedAtMs === undefined;
    while (!follower.finished) {
      await clock.sleepMs(1000);
      await follower.poll();
      if (resumed || clock.nowMs() < (resumedAtMs ?? 0)) continue;
      resumed = true;
      const next = await beginEpoch(objects, record.run);
      await sendMessages(outside, record, nextMessages(record, follower, next, clock.nowMs()));
    }
  })();
  try {
    await Promise.race([watch, Promise.all(processes)]);
  } finally {
    ending.abort();
    await Promise.allSettled(processes);
  }
  const dead = QUEUE_NAMES.flatMap((name) => deadLetters[name].receiveNow(100, 0));
  return { plan, follower, events, deadLetters: dead.map(({ body }) => parseDeadLetter(body)) };
}
