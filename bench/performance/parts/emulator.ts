import { spawnSync } from 'node:child_process';
import type { KernelRate } from '#bench/emulator/kernel.ts';
import type { QueueTime } from '#bench/emulator/mm-c.ts';
import type { RoundCosts } from '#bench/emulator/rounds.ts';
import type { Figure, Measured } from '#bench/performance/figures.ts';
import { ROOT } from '#bench/performance/measured-process.ts';

/** Size of the measured M/M/c queue. */
const CUSTOMERS = 200_000;
const SERVERS = 5;

/** Events of the kernel, M/M/c beside SimPy and C, and modelled rounds of up to a million devices. */
export async function measureEmulator(): Promise<Measured> {
  const kernel: readonly KernelRate[] = jsonOf('bench/emulator/kernel.ts');
  const size = ['--customers', String(CUSTOMERS), '--servers', String(SERVERS), '--turns', '3'];
  const queue: readonly QueueTime[] = jsonOf('bench/emulator/mm-c.ts', ...size);
  const rounds: RoundCosts = jsonOf('bench/emulator/rounds.ts', '--policies', 'all-in,set-expansion');
  return {
    figures: [...kernelFigures(kernel), ...queueFigures(queue), ...roundFigures(rounds)],
    lines: [],
  };
}

/** Runs a bench of the emulator and parses what it prints. */
function jsonOf<T>(...bench: readonly string[]): T {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...bench, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${bench.join(' ')} ended with status ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Rates that the kernel has to reach, by the number of pending typed events. [million/s] */
const TARGET_RATES = new Map([
  [1000, 8],
  [1_000_000, 4],
]);

function kernelFigures(rates: readonly KernelRate[]): readonly Figure[] {
  return rates.map(({ events, pending, millionEvents }): Figure => {
    const target = events === 'typed events' ? TARGET_RATES.get(pending) : undefined;
    return {
      task: `Kernel, ${events}, ${pending.toLocaleString('en')} pending, in processor time`,
      value: millionEvents,
      unit: 'million/s',
      ...(target === undefined ? {} : { target: { bound: 'at least', value: target } }),
    };
  });
}

/** The kernel, and the cloud's queue with containers, beside each peer. */
function queueFigures(times: readonly QueueTime[]): readonly Figure[] {
  const secondsOf = (program: QueueTime['program']): number | undefined =>
    times.find((time) => time.program === program)?.seconds;
  const pairs = [
    ['kernel', 'SimPy'],
    ['kernel', 'C, binary heap'],
    ['queue and containers', 'SimPy'],
  ] as const;
  return pairs.flatMap(([own, peer]): Figure[] => {
    const [seconds, peerSeconds] = [secondsOf(own), secondsOf(peer)];
    if (seconds === undefined || peerSeconds === undefined) return [];
    return [
      {
        task: `M/M/${SERVERS}, ${CUSTOMERS.toLocaleString('en')} customers: ${own}`,
        value: 1000 * seconds,
        unit: 'ms',
        peer: { name: peer, value: 1000 * peerSeconds },
        ratio: peerSeconds / seconds,
      },
    ];
  });
}

function roundFigures({ largest, sizes }: RoundCosts): readonly Figure[] {
  const [smallest] = sizes;
  return [
    ...largest.flatMap(({ policy, devices, seconds, planningSeconds, megabytes }): Figure[] => {
      const round = `A round of ${devices.toLocaleString('en')} devices, ${policy}`;
      return [
        {
          task: `${round}: simulation, without ${planningSeconds.toFixed(1)} s of planning`,
          value: seconds,
          unit: 's',
          target: { bound: 'at most', value: 6 },
        },
        {
          task: `${round}: peak memory`,
          value: megabytes,
          unit: 'MB',
          target: { bound: 'at most', value: 700 },
        },
      ];
    }),
    ...sizes.map(
      ({ devices, nanoseconds }): Figure => ({
        task: `A study of one round of ${devices.toLocaleString('en')} devices, set-up and planning included: processor time by event`,
        value: nanoseconds,
        unit: 'ns',
        ...(devices === smallest.devices
          ? {}
          : {
              peer: { name: `${smallest.devices.toLocaleString('en')} devices`, value: smallest.nanoseconds },
              ratio: smallest.nanoseconds / nanoseconds,
              target: { bound: 'at least', value: 0.67 },
            }),
      }),
    ),
  ];
}
