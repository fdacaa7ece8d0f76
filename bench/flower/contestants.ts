import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import type { Sources } from '../learning/learning-run.ts';

const ROOT = join(import.meta.dirname, '../..');
const PYTHON = process.env.AIRTUNE_PYTHON ?? 'python3';
const THREADS = availableParallelism();

export interface Contestant {
  readonly name: string;
  /** Seconds from each round's end to the next one's, for about so long after the first; why not, where it cannot run. */
  measure(sources: Sources, seconds: number): Promise<readonly number[] | string>;
}

/** More than any contestant gets through in its time. */
const MOST_ROUNDS = 1000;

const pythonReport = z.object({ roundSeconds: z.array(z.number().positive()).min(1) });

/**
 * The real command: in one process, all its messages and objects included. A round ends when its commit is reported; the
 * command is interrupted, as by Ctrl-C, when its time is over.
 */
const airtune: Contestant = {
  name: 'airtune run',
  async measure({ model, data }, seconds) {
    const folder = mkdtempSync(join(tmpdir(), 'airtune-flower-'));
    const finished: number[] = [];
    const child = spawn(
      process.execPath,
      [
        ...[join(ROOT, 'cli/airtune.ts'), 'run', '--model', model, '--data', data, '--task', 'sst2'],
        ...['--devices', '10', '--rounds', String(MOST_ROUNDS), '--batch-size', '16', '--lora-rank', '8'],
        ...['--policy', 'all-in', '--out', join(folder, 'out'), '--set', 'data.maxTokens=64'],
        // Flower's side tests nothing: the test before the first round is kept to a few sentences.
        ...['--set', `training.evaluateEvery=${MOST_ROUNDS}`, '--set', 'data.testExamples=16'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      let complaint = '';
      for await (const line of createInterface({ input: child.stderr })) {
        complaint = line;
        if (!/^round +\d+\/\d+ /.test(line)) continue;
        finished.push(performance.now() / 1000);
        if (finished[finished.length - 1] - finished[0] > seconds && !child.killed) child.kill('SIGINT');
      }
      if (finished.length < 2) return complaint;
      return finished.slice(1).map((end, index) => end - finished[index]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function pythonContestant(
  name: string,
  script: string,
  options: Readonly<Record<string, number>>,
): Contestant {
  return {
    name,
    async measure({ model, data }, seconds) {
      const args = Object.entries({ seconds, ...options }).flatMap(([key, value]) => [
        `--${key}`,
        `${value}`,
      ]);
      const child = spawn(PYTHON, [join(import.meta.dirname, script), model, data, ...args]);
      const complaint = lastLine(child.stderr);
      const failed = once(child, 'close').then(
        ([status]) => status !== 0,
        () => true,
      );
      const report = await lastLine(child.stdout);
      if (await failed) return (await complaint) || `${PYTHON} did not run`;
      return pythonReport.parse(JSON.parse(report)).roundSeconds;
    },
  };
}

async function lastLine(stream: Readable): Promise<string> {
  let last = '';
  for await (const line of createInterface({ input: stream })) if (line.trim() !== '') last = line;
  return last;
}

/** Every contestant; Flower in both ways of sharing the processors among its clients, for its better one to count. */
export const CONTESTANTS: readonly Contestant[] = [
  airtune,
  pythonContestant('PyTorch in sequence', 'sequence_rounds.py', { threads: THREADS }),
  pythonContestant(`Flower, ${THREADS} clients at a time, 1 thread each`, 'flower_rounds.py', {
    concurrent: THREADS,
    threads: 1,
  }),
  pythonContestant(`Flower, 1 client at a time, ${THREADS} threads`, 'flower_rounds.py', {
    concurrent: 1,
    threads: THREADS,
  }),
];
