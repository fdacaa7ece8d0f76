import { parseArgs } from 'node:util';
import { TRANSPORT_BITS } from '#shared/model/transport/transported-bits.ts';
import type { RunResult } from '#shared/protocol/run-result.ts';
import { SST2_REFERENCE } from './sst2-reference.ts';
import { requireSst2, runSst2 } from './sst2-run.ts';

/**
 * Measures the effect of the bits per transmitted value on payload size L, radio delay and accuracy: MiniLM
 * on SST-2, all other settings equal.
 *
 *     node bench/learning/transport.ts [--rounds 40] [--seeds 1,2,3] [--engine auto]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    seeds: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'auto' },
  },
});
requireSst2();
const { rounds, engine } = values;
const { settings } = SST2_REFERENCE[0];
const table = TRANSPORT_BITS.map((bits) => ({
  bits,
  runs: values.seeds
    .split(',')
    .map((seed) =>
      runSst2({ rounds, engine, seed, settings: [...settings, `transport.bitsPerValue=${bits}`] }),
    ),
}));

console.log(
  ['bits a value', 'L, Mbit', 'of 32', 'radio delay a round, s', 'of 32', 'accuracy, %', 'loss'].join('\t'),
);
const [{ runs: full }] = table;
for (const { bits, runs } of table) {
  const row = [
    meanOf(runs, megabits).toFixed(3),
    (meanOf(runs, megabits) / meanOf(full, megabits)).toFixed(3),
    meanOf(runs, delaySeconds).toFixed(3),
    (meanOf(runs, delaySeconds) / meanOf(full, delaySeconds)).toFixed(3),
    (100 * meanOf(runs, accuracy)).toFixed(2),
    meanOf(runs, lastLoss).toFixed(4),
  ];
  console.log([bits, ...row].join('\t'));
}

function meanOf(runs: readonly RunResult[], figure: (run: RunResult) => number): number {
  return runs.reduce((sum, run) => sum + figure(run), 0) / runs.length;
}

function megabits({ payloadBits }: RunResult): number {
  return (payloadBits.embeddings + payloadBits.features + payloadBits.gradients) / 1e6;
}

function delaySeconds(run: RunResult): number {
  return run.rounds.reduce((sum, round) => sum + round.delaySeconds, 0) / run.rounds.length;
}

function accuracy({ evaluations }: RunResult): number {
  return evaluations.at(-1)?.accuracy ?? Number.NaN;
}

function lastLoss(run: RunResult): number {
  return run.rounds.at(-1)?.trainLoss ?? Number.NaN;
}
