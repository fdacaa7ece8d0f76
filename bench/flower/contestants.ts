import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import type { Sources } from '#bench/learning/learning-run.ts';

const ROOT = join(import.meta.dirname, '../..');
const PYTHON = process.env.AIRTUNE_PYTHON ?? 'python3';
const THREADS = availableParallelism();

export interface Contestant {
  readonly name: string;
  /**
   * Use of the processors, if there are several settings. For contestants of one name, the best setting
   * counts.
   */
  readonly setting?: string;
  /**
   * Runs for about `seconds` after the first round.
   *
   * @returns Seconds from its start to the end of each round, or the reason why it cannot run.
   */
  measure(sources: Sources, seconds: number): Promise<readonly number[] | string>;
}

/** Number of rounds that no contestant reaches in its time. */
const MOST_ROUNDS = 1000;

const pythonReport = z.object({ roundEndsEpochSeconds: z.array(z.number().positive()).min(2) });

/**
 * The real `airtune run` in one process, including all messages and objects. A round ends when its commit is
 * reported. The command is interrupted, as by Ctrl-C, when its time is over.
 */
const airtune: Contestant = {
  name: 'airtune run',
  async measure({ model, data }, seconds) {
    const folder = mkdtempSync(join(tmpdir(), 'airtune-flower-'));
    const finished: number[] = [];
    const started = performance.now() / 1000;
    const child = spawn(
      process.execPath,
      [
        ...[join(ROOT, 'cli/airtune.ts'), 'run', '--model', model, '--data', data, '--task', 'sst2'],
        ...['--devices', '10', '--rounds', String(MOST_ROUNDS), '--batch-size', '16', '--lora-rank', '8'],
        ...['--policy', 'all-in', '--out', join(folder, 'out'), '--set', 'data.maxTokens=64'],
        // Flower's contestants do no tests, so the test before the first round has only a few sentences.
        ...['--set', `training.evaluateEvery=${MOST_ROUNDS}`, '--set', 'data.testExamples=16'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      let complaint = '';
      for await (const line of createInterface({ input: child.stderr })) {
        complaint = line;
        if (!/^round +\d+\/\d+ /.test(line)) continue;
        finished.push(performance.now() / 1000 - started);
        if (finished[finished.length - 1] - finished[0] > seconds && !child.killed) child.kill('SIGINT');
      }
      return finished.length < 2 ? complaint : finished;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function pythonContestant(
  named: Pick<Contestant, 'name' | 'setting'>,
  script: string,
  options: Readonly<Record<string, string | number>>,
): Contestant {
  return {
    ...named,
    async measure({ model, data }, seconds) {
      const args = Object.entries({ seconds, ...options }).flatMap(([key, value]) => [
        `--${key}`,
        `${value}`,
      ]);
      const startedEpochSeconds = Date.now() / 1000;
      const child = spawn(PYTHON, [join(import.meta.dirname, script), model, data, ...args]);
      const complaint = lastLine(child.stderr);
      const failed = once(child, 'close').then(
        ([status]) => status !== 0,
        () => true,
      );
      const report = await lastLine(child.stdout);
      if (await failed) return (await complaint) || `${PYTHON} did not run`;
      const { roundEndsEpochSeconds } = pythonReport.parse(JSON.parse(report));
      return roundEndsEpochSeconds.map((end) => end - startedEpochSeconds);
    },
  };
}

async function lastLine(stream: Readable): Promise<string> {
  let last = '';
  for await (const line of createInterface({ input: stream })) if (line.trim() !== '') last = line;
  return last;
}

/**
 * Names of the contestants with Flower: clients as in its own examples, and clients that keep all state in
 * memory.
 */
export const FLOWER_EXAMPLE = 'Flower as its examples write it';
export const FLOWER_TUNED = 'Flower tuned by hand';

/** Contestants for one client implementation of Flower, with both settings of sharing the processors. */
function flowerContestants(name: string, client: string): readonly Contestant[] {
  const shared = (concurrent: number, threads: number): Contestant => {
    const setting = `clients at a time: ${concurrent}, threads each: ${threads}`;
    return pythonContestant({ name, setting }, 'flower_rounds.py', { client, concurrent, threads });
  };
  return [shared(THREADS, 1), shared(1, THREADS)];
}

/** Every contestant, airtune first. */
export const CONTESTANTS: readonly Contestant[] = [
  airtune,
  pythonContestant({ name: 'PyTorch in sequence' }, 'sequence_rounds.py', { threads: THREADS }),
  ...flowerContestants(FLOWER_EXAMPLE, 'example'),
  ...flowerContestants(FLOWER_TUNED, 'tuned'),
];
