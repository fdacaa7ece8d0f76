import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '#bench/median.ts';
import type { Measured } from '#bench/performance/figures.ts';
import { measureNode } from '#bench/performance/measured-process.ts';
import { emulatorEnvironment } from '#local/local-deployment.ts';
import { startMiniStack } from '#local/ministack.ts';

const DEVICES = 200;
const ROUNDS = 3;
/** Requests in flight that are compared: one after the other, and ten. */
const IN_PARALLEL = [1, 10] as const;
/** Each setting runs so many times, in turns. */
const TURNS = 2;

/**
 * Wall time of a round of 200 devices over a real queue and a real object store (MiniStack on this machine),
 * by the number of requests that the encoder keeps in flight. The radio is so fast that it takes no time.
 */
export async function measureReadingAhead(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'airtune-reading-ahead-'));
  const emulator = await startMiniStack();
  const seconds = new Map<number, number[]>(IN_PARALLEL.map((inParallel) => [inParallel, []]));
  try {
    for (let turn = 0; turn < TURNS; turn++) {
      for (const [inParallel, times] of seconds) {
        const out = join(folder, `${turn}-${inParallel}`);
        times.push(...(await roundSeconds(emulator.endpoint, inParallel, out)));
      }
    }
  } finally {
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const [alone, ahead] = IN_PARALLEL.map((inParallel) => median(seconds.get(inParallel) ?? []));
  return {
    figures: [
      {
        task: `A round of ${DEVICES} devices on MiniStack, ${IN_PARALLEL[1]} requests in flight`,
        value: ahead,
        unit: 's',
        peer: { name: 'one request in flight', value: alone },
        ratio: alone / ahead,
      },
    ],
    lines: [],
  };
}

/** Times of the rounds after the first one, in which connections and code are new. [s] */
async function roundSeconds(endpoint: string, inParallel: number, out: string): Promise<readonly number[]> {
  const ends: number[] = [];
  await measureNode(
    [
      ...['bin/airtune.cjs', 'run', '--target', 'aws', '--endpoint', endpoint, '--out', out],
      ...[
        '--devices',
        String(DEVICES),
        '--rounds',
        String(ROUNDS),
        '--batch-size',
        '2',
        '--policy',
        'all-in',
      ],
      ...['--set', `server.requestsInParallel=${inParallel}`, '--set', 'channel.bandwidthHz=1e12'],
      ...['--set', `training.evaluateEvery=${ROUNDS}`, '--set', 'data.maxTokens=8'],
    ],
    (line, at) => {
      if (/^round +\d+\/\d+ /.test(line)) ends.push(at.seconds);
    },
    emulatorEnvironment(endpoint),
  );
  return ends.slice(1).map((end, index) => end - ends[index]);
}
