import { parseArgs } from 'node:util';
import { SST2_REFERENCE } from './sst2-reference.ts';
import { requireSst2, runSst2 } from './sst2-run.ts';

/**
 * Learning curves on real data beside PyTorch's: MiniLM on SST-2, every device's own head on the whole dev set.
 *
 *     node bench/learning/sst2.ts [--row 0] [--seeds 1,2,3] [--rounds 60] [--engine auto]
 */
const { values } = parseArgs({
  options: {
    row: { type: 'string', default: '0' },
    seeds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '60' },
    engine: { type: 'string', default: 'auto' },
  },
});
requireSst2();
const reference = SST2_REFERENCE[Number(values.row)];
const seeds = values.seeds.split(',');
const curves = seeds.map((seed) => curveOf(seed));
console.log(reference.name);
console.log(['rounds', 'PyTorch', ...seeds.map((seed) => `seed ${seed}`), 'mean', 'difference'].join('\t'));
for (const [rounds, expected] of Object.entries(reference.accuracyPercent)) {
  const reached = curves.flatMap((curve) => curve.get(Number(rounds)) ?? []);
  if (reached.length === 0) continue;
  const mean = reached.reduce((sum, accuracy) => sum + accuracy, 0) / reached.length;
  const figures = [expected, ...reached, mean, mean - expected].map((figure) => figure.toFixed(1));
  console.log([rounds, ...figures].join('\t'));
}

/** Accuracy in percent by the number of rounds, from one run. */
function curveOf(seed: string): ReadonlyMap<number, number> {
  const { rounds, engine } = values;
  const { evaluations } = runSst2({ rounds, engine, seed, settings: reference.settings });
  return new Map(evaluations.map((evaluation) => [evaluation.rounds, 100 * evaluation.accuracy]));
}
