import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { functionParameters, functionPlatformParameters } from '#emulator/parameters/function-parameters.ts';
import { Concurrency } from '#emulator/services/functions/concurrency.ts';
import { FunctionPool, type Invocation } from '#emulator/services/functions/function-pool.ts';
import { randomStream } from '#shared/random/random-stream.ts';

/** A platform on which a cold start takes exactly 100 ms and all other steps take no time. */
const PLATFORM = {
  coldStartPlatformMs: 100,
  coldStartRuntimeMs: 0,
  coldStartMsPerMegabyte: 0,
  coldStartSpread: 0,
};

function poolWith(platform: object = {}, limits: { places?: number; timeoutSeconds?: number } = {}) {
  const simulation = new Simulation();
  const parsed = functionPlatformParameters.parse({ ...PLATFORM, ...platform });
  const concurrency = new Concurrency(limits.places ?? parsed.accountConcurrency);
  const pool = new FunctionPool({
    simulation,
    platform: parsed,
    parameters: functionParameters.parse({ invokeLatencyMs: 0, timeoutSeconds: limits.timeoutSeconds ?? 10 }),
    concurrency,
    random: randomStream(1, 'emulator'),
  });
  const starts: number[] = [];
  const invokeFor = (durationMs: number, then: (timedOut: boolean) => void = () => {}) =>
    pool.invoke((invocation: Invocation) => {
      starts.push(simulation.nowMs);
      invocation.end(simulation.nowMs + durationMs, then);
    });
  return { simulation, pool, concurrency, starts, invokeFor };
}

describe('FunctionPool', () => {
  it('starts cold once, then runs warm until the keep-alive time has passed', () => {
    const { simulation, pool, starts, invokeFor } = poolWith({ keepAliveSeconds: 60 });
    for (const time of [0, 1000, 61_010, 200_000]) simulation.at(time, () => invokeFor(10));
    simulation.run();
    // The one at 1000 ms ends at 1010. Its environment still exists 60 s later, but not at 200 s.
    expect(starts).toEqual([100, 1000, 61_010, 200_100]);
    expect(pool.counts).toMatchObject({ invocations: 4, coldStarts: 2, throttled: 0 });
    expect(pool.counts.billedMs).toBe(4 * 10 + 2 * 100);
  });

  it('gets new environments in a burst, then at the scaling rate', () => {
    const { simulation, starts, invokeFor } = poolWith({ scalingBurst: 3, scalingPerSecond: 2 });
    for (let index = 0; index < 6; index++) invokeFor(60_000 - 1);
    simulation.run(5000);
    expect(starts.map((start) => Math.round(start))).toEqual([100, 100, 100, 600, 1100, 1600]);
  });

  it('lets invocations wait for a place and serves them in order', () => {
    const { simulation, pool, concurrency, starts, invokeFor } = poolWith({}, { places: 2 });
    for (let index = 0; index < 5; index++) invokeFor(50);
    expect(pool.waiting).toBe(3);
    simulation.run();
    expect(starts).toEqual([100, 100, 150, 150, 200]);
    expect(concurrency.peak).toBe(2);
    expect(concurrency.running).toBe(0);
    expect(pool.counts.coldStarts).toBe(2);
  });

  it('stops a handler at its timeout and gives its environment up', () => {
    const { simulation, pool, invokeFor } = poolWith({}, { timeoutSeconds: 1 });
    const outcomes: [number, boolean][] = [];
    invokeFor(5000, (timedOut) => outcomes.push([simulation.nowMs, timedOut]));
    simulation.run();
    invokeFor(1000, (timedOut) => outcomes.push([simulation.nowMs, timedOut]));
    simulation.run();
    expect(outcomes).toEqual([
      [1100, true],
      [2200, false],
    ]);
    expect(pool.counts).toMatchObject({ timeouts: 1, coldStarts: 2 });
  });
});

describe('Concurrency', () => {
  it('serves the functions that share it in turn', () => {
    const simulation = new Simulation();
    const platform = functionPlatformParameters.parse({ ...PLATFORM, coldStartPlatformMs: 0 });
    const concurrency = new Concurrency(1);
    const order: string[] = [];
    const pools = ['a', 'b'].map((name) => ({
      name,
      pool: new FunctionPool({
        simulation,
        platform,
        parameters: functionParameters.parse({}),
        concurrency,
        random: randomStream(1, 'emulator'),
      }),
    }));
    for (const { name, pool } of pools) {
      for (let index = 0; index < 3; index++) {
        pool.invoke((invocation) => {
          order.push(name);
          invocation.end(simulation.nowMs + 10, () => {});
        });
      }
    }
    simulation.run();
    expect(order.slice(0, 1)).toEqual(['a']);
    expect([...order].sort()).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
    // Neither waits for the end of the other.
    expect(order.indexOf('b')).toBeLessThan(3);
  });
});
