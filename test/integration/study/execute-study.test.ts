import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeWholeFile } from '#run/output/write-file.ts';
import { AirtuneError, InterruptedError, OutputError } from '#shared/errors.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { STUDY_VERSION, type StudyPlan } from '#study/output/study-plan.ts';
import { executeStudy, requireIntendedSize, type StudyProgress } from '#study/run/execute-study.ts';
import { StudyFolder, type WriteFile } from '#study/run/study-folder.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const PLAN: StudyPlan = {
  format: 'airtune-study',
  version: STUDY_VERSION,
  preset: null,
  settings: { training: { devices: 12, rounds: 3 }, scheduling: { delayBudget: { secondsPerRound: 5 } } },
  models: {},
  sweeps: [
    { path: 'scheduling.policy', values: ['exact', 'greedy'] },
    { path: 'channel.bandwidthHz', values: [10e6, 40e6] },
  ],
  sweepMode: 'grid',
  repeats: 3,
  warmUpRounds: 1,
  learning: [],
};

const SILENT: StudyProgress = { begin: () => {}, roundDone: () => {}, end: () => {} };
const FILES = ['study.json', 'latency.csv'];

function folderAt(): StudyFolder {
  return new StudyFolder(join(scratchFolder(), 'study'), writeWholeFile);
}

function filesOf(folder: StudyFolder): readonly string[] {
  return FILES.map((name) => readFileSync(join(folder.directory, name), 'utf8'));
}

async function errorOf(promise: Promise<unknown>): Promise<AirtuneError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AirtuneError) return error;
  throw new Error(`Expected an AirtuneError, got ${String(error)}.`);
}

describe('a study', () => {
  it('writes the same bytes with one thread and with two', async () => {
    const [one, two] = [folderAt(), folderAt()];
    await executeStudy(one, PLAN, { isNew: true, threads: 1, progress: SILENT });
    await executeStudy(two, PLAN, { isNew: true, threads: 2, progress: SILENT });
    expect(filesOf(two)).toEqual(filesOf(one));
  });

  it('that was stopped continues where it stopped, to the same bytes', async () => {
    const [whole, stopped] = [folderAt(), folderAt()];
    await executeStudy(whole, PLAN, { isNew: true, threads: 2, progress: SILENT });
    const controller = new AbortController();
    let rounds = 0;
    const stopping: StudyProgress = {
      ...SILENT,
      roundDone: () => {
        if (++rounds === 14) controller.abort();
      },
    };
    const error = await errorOf(
      executeStudy(stopped, PLAN, { isNew: true, threads: 1, progress: stopping, signal: controller.signal }),
    );
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error.line).toContain('--resume');
    const kept = readdirSync(join(stopped.directory, 'points')).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(12);
    expect(readdirSync(stopped.directory)).not.toContain('study.json');
    let begun: readonly number[] = [];
    await executeStudy(stopped, await stopped.plan(), {
      isNew: false,
      threads: 2,
      progress: { ...SILENT, begin: (total, done) => (begun = [total.rounds, done.rounds]) },
    });
    expect(begun).toEqual([36, 3 * kept]);
    expect(filesOf(stopped)).toEqual(filesOf(whole));
  });

  it('whose results cannot be stored stops with the fault of the folder', async () => {
    const full: WriteFile = async (path, content) => {
      if (path.includes('point-00003')) throw new OutputError('no space is left.', { subject: path });
      await writeWholeFile(path, content);
    };
    const folder = new StudyFolder(join(scratchFolder(), 'study'), full);
    const error = await errorOf(executeStudy(folder, PLAN, { isNew: true, threads: 2, progress: SILENT }));
    expect(error).toBeInstanceOf(OutputError);
    expect(error.line).toContain('no space is left');
    expect(readdirSync(folder.directory)).not.toContain('study.json');
  });

  it('has a row for each round of each run, whose critical path adds up to the round to the last digit', async () => {
    const folder = folderAt();
    await executeStudy(folder, PLAN, { isNew: true, threads: 2, progress: SILENT });
    const [header, ...rows] = readFileSync(join(folder.directory, 'latency.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((text) => text.split(','));
    expect(rows).toHaveLength(4 * 3 * 3);
    const nanoseconds = (row: readonly string[], name: string): bigint =>
      BigInt(row[header.indexOf(name)].replace('.', ''));
    for (const row of rows) {
      expect(row).toHaveLength(header.length);
      const sum = STAGES.reduce((total, stage) => total + nanoseconds(row, `critical_${stage}_ms`), 0n);
      expect(sum).toBe(nanoseconds(row, 'round_ms'));
    }
  });

  it('gives wider intervals to quantities that vary more, and none to a single run', async () => {
    const folder = folderAt();
    const single = await executeStudy(
      folder,
      { ...PLAN, repeats: 1, sweeps: [] },
      { isNew: true, threads: 1, progress: SILENT },
    );
    expect(single.points[0].metrics.roundSeconds.low).toBeNull();
    const many = await executeStudy(
      folderAt(),
      { ...PLAN, sweeps: [] },
      { isNew: true, threads: 2, progress: SILENT },
    );
    const { mean, low, high } = many.points[0].metrics.roundSeconds;
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
  });
});

describe('a folder', () => {
  it('that holds something is not begun in, and nothing in it is touched', async () => {
    const path = scratchFolder({ 'precious.txt': 'mine' });
    const folder = new StudyFolder(path, writeWholeFile);
    const error = await errorOf(executeStudy(folder, PLAN, { isNew: true, threads: 1, progress: SILENT }));
    expect(error.line).toContain('is there already');
    expect(readdirSync(path)).toEqual(['precious.txt']);
  });

  it('is not made when a point cannot be run', async () => {
    const folder = folderAt();
    const plan = { ...PLAN, sweeps: [{ path: 'training.devices', values: [10, 0] }] };
    const error = await errorOf(executeStudy(folder, plan, { isNew: true, threads: 1, progress: SILENT }));
    expect(error.line).toContain('point 2 (training.devices=0)');
    expect((await errorOf(folder.plan())).line).toContain('holds no study');
  });

  it('of another version is named with both versions', async () => {
    const path = scratchFolder();
    writeFileSync(join(path, 'plan.json'), JSON.stringify({ ...PLAN, version: 99 }));
    const error = await errorOf(new StudyFolder(path, writeWholeFile).plan());
    expect(error.line).toContain(`is of version 99; this is version ${STUDY_VERSION}`);
  });
});

describe('a damaged folder', () => {
  it('names the file and the remedy', async () => {
    const folder = folderAt();
    await executeStudy(folder, { ...PLAN, repeats: 1 }, { isNew: true, threads: 1, progress: SILENT });
    writeFileSync(join(folder.directory, 'points', 'point-00002-repeat-001.json'), '{"rounds"');
    const error = await errorOf(
      executeStudy(folder, { ...PLAN, repeats: 1 }, { isNew: false, threads: 1, progress: SILENT }),
    );
    expect(error).toBeInstanceOf(OutputError);
    expect(error.line).toMatch(/point-00002-repeat-001\.json: is damaged.*Delete it and continue/);
    writeFileSync(join(folder.directory, 'plan.json'), '{');
    expect((await errorOf(folder.plan())).line).toMatch(/plan\.json: is damaged.*Start a new study/);
  });
});

describe('a study too large to be meant', () => {
  it('says how many runs it would be, and is run when it is meant', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    const plan = {
      ...PLAN,
      sweeps: ['seed', 'training.devices', 'training.rounds'].map((path) => ({ path, values })),
      repeats: 1,
      warmUpRounds: 1,
    };
    expect(() => requireIntendedSize(plan, false)).toThrow('1,000,000 runs');
    expect(() => requireIntendedSize(plan, true)).not.toThrow();
  });

  it('a failing point stops the study with its own error', async () => {
    const plan = {
      ...PLAN,
      sweeps: [],
      repeats: 1,
      warmUpRounds: 1,
      // Sending to twelve devices takes longer than the scheduler's time limit.
      settings: {
        ...PLAN.settings,
        cloud: { scheduler: { timeoutSeconds: 0.01 }, queue: { sendLatencyMs: 50 } },
      },
    };
    const error = await errorOf(
      executeStudy(folderAt(), plan, { isNew: true, threads: 1, progress: SILENT }),
    );
    expect(error.line).toContain('cloud.scheduler.timeoutSeconds');
  });
});
