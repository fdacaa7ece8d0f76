import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { writeWholeFile } from '#run/output/write-file.ts';
import { STUDY_VERSION, type StudyPlan } from '#study/output/study-plan.ts';
import { executeStudy } from '#study/run/execute-study.ts';
import { StudyFolder } from '#study/run/study-folder.ts';

// Measures the same sweep with one and with two worker threads, in turns, and the ratio of their throughputs:
// for a sweep of about a minute, and for a short one, where thread start and compilation matter. For
// comparison it measures the machine's own limit: two concurrent single-thread processes with half of the
// longer sweep each, relative to one process with all of it. Takes about five minutes.
//
//   node bench/emulator/threads.ts [--points 240] [--short 16] [--turns 2]

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '240' },
    short: { type: 'string', default: '16' },
    turns: { type: 'string', default: '2' },
    // For internal use: this file starts itself for one sweep with one thread.
    alone: { type: 'string' },
  },
});

interface Measured {
  readonly seconds: number;
  readonly processorSeconds: number;
}

async function sweep(points: number, threads: number): Promise<Measured> {
  const parent = mkdtempSync(join(tmpdir(), 'airtune-bench-'));
  const before = process.cpuUsage();
  const startedMs = performance.now();
  const plan: StudyPlan = {
    format: 'airtune-study',
    version: STUDY_VERSION,
    preset: null,
    settings: {
      training: { devices: 20_000, rounds: 2 },
      channel: { bandwidthHz: 1e9 },
      scheduling: { policy: 'all-in' },
      cloud: { encoder: { minimumReplicas: 16, maximumReplicas: 16 } },
    },
    models: {},
    sweeps: [{ path: 'seed', values: Array.from({ length: points }, (_, index) => index + 1) }],
    sweepMode: 'grid',
    repeats: 1,
    warmUpRounds: 1,
    learning: [],
  };
  await executeStudy(new StudyFolder(join(parent, 'study'), writeWholeFile), plan, {
    isNew: true,
    threads,
    progress: { begin: () => {}, roundDone: () => {}, end: () => {} },
  });
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(before);
  rmSync(parent, { recursive: true });
  return { seconds, processorSeconds: (user + system) / 1e6 };
}

/** Seconds until concurrent processes with one thread each have all finished their sweeps. */
async function processes(pointsOfEach: readonly number[]): Promise<number> {
  const startedMs = performance.now();
  await Promise.all(
    pointsOfEach.map((points) =>
      promisify(execFile)(process.execPath, [import.meta.filename, '--alone', String(points)]),
    ),
  );
  return (performance.now() - startedMs) / 1000;
}

const least = (numbers: readonly number[]): number => Math.min(...numbers);

async function compareThreads(name: string, points: number, turns: number): Promise<void> {
  const [one, two]: [Measured[], Measured[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    one.push(await sweep(points, 1));
    two.push(await sweep(points, 2));
  }
  const wall = [one, two].map((measured) => least(measured.map(({ seconds }) => seconds)));
  const processor = [one, two].map((measured) => least(measured.map((each) => each.processorSeconds)));
  console.log(
    `${name}, ${points} points: one thread ${wall[0].toFixed(2)} s, two threads ${wall[1].toFixed(2)} s: ${(wall[0] / wall[1]).toFixed(2)} times the throughput (processor time ${processor[0].toFixed(2)} and ${processor[1].toFixed(2)} s)`,
  );
}

if (values.alone !== undefined) {
  await sweep(Number(values.alone), 1);
} else {
  const [points, short, turns] = [values.points, values.short, values.turns].map(Number);
  // Not measured: the first threads fill Node's cache of compiled modules.
  await sweep(1, 1);
  await compareThreads('long sweep', points, turns);
  await compareThreads('short sweep', short, turns);
  const whole = await processes([points]);
  const halves = await processes([Math.ceil(points / 2), Math.floor(points / 2)]);
  console.log(
    `the machine: one process ${whole.toFixed(2)} s, two processes with half each ${halves.toFixed(2)} s: ${(whole / halves).toFixed(2)} times the throughput`,
  );
}
