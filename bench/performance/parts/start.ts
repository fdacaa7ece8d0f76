import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '#bench/median.ts';
import type { Figure, Measured } from '#bench/performance/figures.ts';
import { measureNode } from '#bench/performance/measured-process.ts';

const REPEATS = 7;

/** Start times of the command from the second start on, with Node's compile cache. */
export async function measureStart(): Promise<Measured> {
  const help = await repeated(['--help']);
  const figures: Figure[] = [
    {
      task: '`airtune --help`, time',
      value: 1000 * help.seconds,
      unit: 'ms',
      target: { bound: 'at most', value: 150 },
    },
    ...(help.megabytes === undefined
      ? []
      : [
          {
            task: '`airtune --help`, peak memory',
            value: help.megabytes,
            unit: 'MB',
            target: { bound: 'at most', value: 60 },
          } as const,
        ]),
    {
      task: '`airtune schedule`, time',
      value: 1000 * (await repeated(['schedule'])).seconds,
      unit: 'ms',
      target: { bound: 'at most', value: 100 },
    },
    {
      task: 'Quick start: from the start of the process to the end of the first round',
      value: await firstRoundSeconds(),
      unit: 's',
      target: { bound: 'at most', value: 1.5 },
    },
  ];
  return { figures, lines: [] };
}

/** Median time and peak memory of a command, without its first start. */
async function repeated(args: readonly string[]) {
  const measures = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    measures.push(await measureNode(['bin/airtune.cjs', ...args]));
  }
  const later = measures.slice(1);
  const peaks = later.flatMap(({ peakMegabytes }) => peakMegabytes ?? []);
  return {
    seconds: median(later.map(({ seconds }) => seconds)),
    megabytes: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

async function firstRoundSeconds(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'airtune-start-'));
  try {
    const firsts: number[] = [];
    for (let repeat = 0; repeat < 3; repeat++) {
      const out = join(folder, String(repeat));
      await measureNode(['bin/airtune.cjs', 'run', '--rounds', '2', '--out', out], (line, { seconds }) => {
        if (/^round +1\/2 /.test(line)) firsts.push(seconds);
      });
    }
    return median(firsts.slice(1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
