import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sources } from '#bench/learning/learning-run.ts';
import { median } from '#bench/median.ts';
import { runResultSchema } from '#shared/protocol/run-result.ts';
import { measureNode, type ProcessMeasure, type ProcessMoment } from './measured-process.ts';

/** Examples of a device's mini-batch. */
const BATCH = 16;

/** Rounds that are not counted: in the first ones files and code are new. */
const WARM_UP = 2;

export interface TimedRun extends ProcessMeasure {
  /** Median time of a warm round, messages, objects and their checksums included. [s] */
  readonly roundSeconds: number;
  /** The same in processor time of all threads, which other load of the machine affects less. */
  readonly roundProcessorSeconds: number;
  /** Real tokens of a round, without padding, on average. */
  readonly roundTokens: number;
}

/**
 * Runs the real command on texts: LoRA of rank 8 on query, key, value and pooler, 16 examples a device, all
 * devices in every round, a test of a few sentences before the first round and after the last one.
 *
 * @param threads Threads of the encoder; all cores where it is left out.
 */
export async function timedRun(
  { model, data }: Sources,
  devices: number,
  rounds: number,
  threads?: number,
): Promise<TimedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'airtune-performance-'));
  const out = join(folder, 'out');
  const ends: ProcessMoment[] = [];
  try {
    const measured = await measureNode(
      [
        ...['bin/airtune.cjs', 'run', '--model', model, '--data', data, '--task', 'sst2', '--out', out],
        ...['--devices', String(devices), '--rounds', String(rounds), '--batch-size', String(BATCH)],
        ...['--lora-rank', '8', '--policy', 'all-in', '--set', 'data.maxTokens=64'],
        ...['--set', `training.evaluateEvery=${rounds}`, '--set', 'data.testExamples=16'],
        ...(threads === undefined ? [] : ['--threads', String(threads)]),
      ],
      (line, at) => {
        if (/^round +\d+\/\d+ /.test(line)) ends.push(at);
      },
    );
    // The last round is reported with the test after it.
    const warm = (of: (at: ProcessMoment) => number): number =>
      median(ends.slice(WARM_UP, -1).map((end, index) => of(end) - of(ends[WARM_UP - 1 + index])));
    const tokens = meanTokens(readFileSync(join(out, 'result.json'), 'utf8'));
    return {
      ...measured,
      roundSeconds: warm(({ seconds }) => seconds),
      roundProcessorSeconds: warm(({ processorSeconds }) => processorSeconds),
      roundTokens: devices * BATCH * tokens,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function meanTokens(result: string): number {
  const { tokens } = runResultSchema.parse(JSON.parse(result)).data ?? {};
  if (tokens === undefined) throw new Error('The run has no texts.');
  return tokens.mean;
}
