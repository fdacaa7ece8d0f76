import { parseArgs } from 'node:util';
import { CIFAR10_REFERENCE } from './cifar10-reference.ts';
import { requireCifar10, runCifar10 } from './cifar10-run.ts';
import { accuracyCurve } from './learning-run.ts';
import { learningTable } from './learning-table.ts';

/**
 * Compares learning curves on real images with PyTorch's: ViT-Tiny on CIFAR-10, one device, 500 test images.
 *
 *     node bench/learning/cifar10.ts [--row 0] [--seeds 1,2,3] [--rounds 100] [--engine auto]
 */
const { values } = parseArgs({
  options: {
    row: { type: 'string', default: '0' },
    seeds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '100' },
    engine: { type: 'string', default: 'auto' },
  },
});
requireCifar10();
const reference = CIFAR10_REFERENCE[Number(values.row)];
const { rounds, engine } = values;
const seeds = values.seeds.split(',');
const curves = seeds.map((seed) =>
  accuracyCurve(runCifar10({ rounds, engine, seed, settings: reference.settings })),
);
console.log(learningTable(reference, seeds, curves));
