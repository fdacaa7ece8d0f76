import { parseArgs } from 'node:util';
import { accuracyCurve } from './learning-run.ts';
import { learningTable } from './learning-table.ts';
import { SST2_REFERENCE } from './sst2-reference.ts';
import { requireSst2, runSst2 } from './sst2-run.ts';

/**
 * Compares learning curves on real data with PyTorch's: MiniLM on SST-2, every device's own head on the whole
 * dev set.
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
const { rounds, engine } = values;
const seeds = values.seeds.split(',');
const curves = seeds.map((seed) =>
  accuracyCurve(runSst2({ rounds, engine, seed, settings: reference.settings })),
);
console.log(learningTable(reference, seeds, curves));
