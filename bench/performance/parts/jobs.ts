import { requireSst2 } from '#bench/learning/sst2-run.ts';
import { median } from '#bench/median.ts';
import type { Measured } from '#bench/performance/figures.ts';
import { timedRun } from '#bench/performance/timed-run.ts';

const DEVICES = 10;
const ROUNDS = 12;
const TURNS = 3;

/**
 * Throughput of an experiment's jobs: two runs at once with one thread each, beside one such run alone, and
 * beside one run with two threads. A run is a whole process, from its start to its report.
 */
export async function measureJobs(): Promise<Measured> {
  const sources = requireSst2();
  const seconds = { alone: [] as number[], pair: [] as number[], twoThreads: [] as number[] };
  const run = (threads: number) => timedRun(sources, DEVICES, ROUNDS, threads);
  for (let turn = 0; turn < TURNS; turn++) {
    seconds.alone.push((await run(1)).seconds);
    const both = await Promise.all([run(1), run(1)]);
    seconds.pair.push(Math.max(...both.map((measure) => measure.seconds)));
    seconds.twoThreads.push((await run(2)).seconds);
  }
  const perRun = median(seconds.pair) / 2;
  const beside = (name: string, value: number, least: number) =>
    ({
      task: `MiniLM, ${DEVICES} devices, ${ROUNDS} rounds: two jobs of one thread, time by run`,
      value: perRun,
      unit: 's',
      peer: { name, value },
      ratio: value / perRun,
      target: { bound: 'at least', value: least },
    }) as const;
  return {
    figures: [
      beside('one job of one thread', median(seconds.alone), 1.8),
      beside('one job of two threads', median(seconds.twoThreads), 1),
    ],
    lines: [],
  };
}
