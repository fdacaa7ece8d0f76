import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireSst2 } from '#bench/learning/sst2-run.ts';
import { median } from '#bench/median.ts';
import type { Figure, Measured } from '#bench/performance/figures.ts';
import { measureNode, ROOT } from '#bench/performance/measured-process.ts';

const REPEATS = 7;

/** A process without a program, which runs in turns with the command: what Node and the machine need. */
const BARE = '`node -e 0`';

/** Start times of the command from the second start on, with Node's compile cache. */
export async function measureStart(): Promise<Measured> {
  const help = await repeated(['--help']);
  const schedule = await repeatedSchedule();
  const figures: Figure[] = [
    {
      task: '`airtune --help`, time',
      value: 1000 * help.seconds,
      unit: 'ms',
      peer: { name: BARE, value: 1000 * help.bareSeconds },
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
      task: '`airtune schedule` of a round of 20 devices, time',
      value: 1000 * schedule.seconds,
      unit: 'ms',
      peer: { name: BARE, value: 1000 * schedule.bareSeconds },
      target: { bound: 'at most', value: 100 },
    },
    {
      task: 'Quick start: from the start of the process to the end of the first round',
      value: await firstRoundSeconds(),
      unit: 's',
      target: { bound: 'at most', value: 1.5 },
    },
    {
      task: 'MiniLM on SST-2, whose texts were tokenised before: from the start of the process until the first round can begin',
      value: await readySeconds(),
      unit: 's',
      target: { bound: 'at most', value: 3 },
    },
  ];
  return { figures, lines: [] };
}

/** Median time and peak memory of a command, without its first start, and the time of a bare process. */
async function repeated(args: readonly string[]) {
  const measures = [];
  const bare = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    measures.push(await measureNode(['bin/airtune.cjs', ...args]));
    bare.push(await measureNode(['-e', '0']));
  }
  const later = measures.slice(1);
  const peaks = later.flatMap(({ peakMegabytes }) => peakMegabytes ?? []);
  return {
    seconds: median(later.map(({ seconds }) => seconds)),
    megabytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    bareSeconds: median(bare.slice(1).map(({ seconds }) => seconds)),
  };
}

async function repeatedSchedule() {
  const folder = mkdtempSync(join(tmpdir(), 'airtune-start-'));
  try {
    const round = join(folder, 'round.json');
    const drawn = execFileSync(process.execPath, ['bin/airtune.cjs', 'channel', '--devices', '20'], {
      cwd: ROOT,
    });
    writeFileSync(round, drawn);
    return await repeated(['schedule', round]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

/** Median time until model and data are prepared, without the first start, which tokenises. [s] */
async function readySeconds(): Promise<number> {
  const { model, data } = requireSst2();
  const folder = mkdtempSync(join(tmpdir(), 'airtune-start-'));
  try {
    const ready: number[] = [];
    for (let repeat = 0; repeat < 4; repeat++) {
      const run = ['run', '--model', model, '--data', data, '--task', 'sst2', '--devices', '10'];
      const shortest = ['--rounds', '1', '--set', 'data.maxTokens=64', '--set', 'data.testExamples=16'];
      const out = ['--out', join(folder, String(repeat))];
      await measureNode(['bin/airtune.cjs', ...run, ...shortest, ...out], (line, { seconds }) => {
        // The last thing that preparation prints.
        if (line.startsWith('data: ')) ready.push(seconds);
      });
    }
    return median(ready.slice(1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
