import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { CloudAssembly } from '#emulator/services/assembly/cloud-assembly.ts';
import { inputCount } from '#test/support/input-count.ts';
import { type Job, type LogLine, obviousLog, type SmallCloud } from './obvious-cloud.ts';

/** The event log of the same cloud, built from the emulator's parts. */
function emulatedLog(cloud: SmallCloud, jobs: readonly Job[]): readonly LogLine[] {
  const simulation = new Simulation();
  const log: LogLine[] = [];
  const received = jobs.map(() => 0);
  const { batchSize, pollers, places, coldStartMs, invokeLatencyMs } = cloud.function;
  const { replicas, batchMessages, batchTokens } = cloud.container;
  const assembly = new CloudAssembly<number>({
    simulation,
    parameters: cloudParameters.parse({
      platform: {
        coldStartPlatformMs: coldStartMs,
        coldStartRuntimeMs: 0,
        coldStartMsPerMegabyte: 0,
        coldStartSpread: 0,
        keepAliveSeconds: 1e9,
      },
      queue: {
        receiveLatencyMs: cloud.receiveLatencyMs,
        visibilitySeconds: cloud.visibilityMs / 1000,
        maxReceiveCount: cloud.maxReceives,
      },
      device: {
        invokeLatencyMs,
        reservedConcurrency: places,
        poller: { batchSize, initialPollers: pollers, pollersPerMinute: 0 },
      },
      encoder: { minimumReplicas: replicas, maximumReplicas: replicas, batchMessages, batchTokens },
    }),
    seed: 1,
    blank: -1,
    bytesOf: () => 1_000,
    tokensOf: (job) => jobs[job].tokens,
    deadLetter: () => {},
    begin: (delivery) => {
      const to = delivery.queue as Job['to'];
      const taken = delivery.receipts.map((receipt) => assembly.queues[to].body(receipt) as number);
      log.push({ atMs: simulation.nowMs, to, jobs: taken, coldStartMs: delivery.coldStartMs });
      const failed = delivery.receipts.filter(
        (_, index) => ++received[taken[index]] <= jobs[taken[index]].failures,
      );
      const workMs = taken.reduce((sum, job) => sum + jobs[job].workMs, 0);
      delivery.end(simulation.nowMs + workMs, failed);
    },
  });
  jobs.forEach(({ to, atMs }, job) => {
    assembly.queues[to].send(job, 0, atMs);
  });
  simulation.run();
  return log;
}

const small = (max: number) => fc.integer({ min: 1, max });
const cloudOf: fc.Arbitrary<SmallCloud> = fc.record({
  receiveLatencyMs: fc.constantFrom(0, 6, 7.25),
  // Longer than the total time of all messages that may precede a message.
  visibilityMs: fc.constant(1e6),
  maxReceives: small(3),
  function: fc.record({
    batchSize: small(4),
    pollers: small(4),
    places: small(3),
    coldStartMs: fc.constantFrom(0, 200),
    invokeLatencyMs: fc.constantFrom(0, 4),
  }),
  container: fc.record({ replicas: small(3), batchMessages: small(24), batchTokens: small(40) }),
});
const jobOf: fc.Arbitrary<Job> = fc.record({
  to: fc.constantFrom('device' as const, 'encoder' as const),
  // Many messages at one time, as at the start of a round. Fractions are exact in binary, so that equal times
  // stay equal.
  atMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 4000 }).map((eighths) => eighths / 8),
  ),
  tokens: fc.integer({ min: 1, max: 9 }),
  workMs: fc.integer({ min: 1, max: 800 }).map((eighths) => eighths / 8),
  failures: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: small(3) }),
});

it('a cloud of the emulator makes the same events as a simple reference implementation', () => {
  fc.assert(
    fc.property(cloudOf, fc.array(jobOf, { minLength: 1, maxLength: 40 }), (cloud, jobs) => {
      expect(emulatedLog(cloud, jobs)).toEqual(obviousLog(cloud, jobs));
    }),
    { numRuns: inputCount(500) },
  );
});
