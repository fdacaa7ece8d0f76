import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWholeFile } from '../../cli/output/write-file.ts';
import { STUDY_VERSION } from '../../study/output/study-plan.ts';
import { executeStudy } from '../../study/run/execute-study.ts';
import { StudyFolder } from '../../study/run/study-folder.ts';

// The same sweep with one and with two worker threads, and the ratio of their throughputs:
//   node bench/emulator/threads.ts

const PLAN = {
  format: 'airtune-study',
  version: STUDY_VERSION,
  preset: null,
  settings: {
    devices: 20_000,
    rounds: 2,
    channel: { bandwidthHz: 1e9 },
    scheduling: { policy: 'all-in' },
    cloud: { encoder: { minimumReplicas: 16, maximumReplicas: 16 } },
  },
  sweeps: [{ path: 'seed', values: Array.from({ length: 16 }, (_, index) => index + 1) }],
  sweepMode: 'grid',
  repeats: 1,
  learning: [],
} as const;

async function secondsWith(threads: number): Promise<number> {
  const parent = mkdtempSync(join(tmpdir(), 'airtune-bench-'));
  const startedMs = performance.now();
  const plan = {
    ...PLAN,
    learning: [],
    sweeps: PLAN.sweeps.map(({ path, values }) => ({ path, values: [...values] })),
  };
  await executeStudy(new StudyFolder(join(parent, 'study'), writeWholeFile), plan, {
    isNew: true,
    threads,
    progress: { begin: () => {}, roundDone: () => {}, end: () => {} },
  });
  rmSync(parent, { recursive: true });
  return (performance.now() - startedMs) / 1000;
}

const one = await secondsWith(1);
const two = await secondsWith(2);
console.log(
  `one thread ${one.toFixed(2)} s, two threads ${two.toFixed(2)} s: ${(one / two).toFixed(2)} times the throughput`,
);
