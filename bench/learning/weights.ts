import { parseArgs } from 'node:util';
import { WEIGHT_BITS } from '#shared/model/weight-precision.ts';
import type { RunResult } from '#shared/protocol/run-result.ts';
import { CIFAR10_REFERENCE } from './cifar10-reference.ts';
import { requireCifar10, runCifar10 } from './cifar10-run.ts';
import type { LearningRun } from './learning-run.ts';
import type { LearningReference } from './learning-table.ts';
import { SST2_REFERENCE } from './sst2-reference.ts';
import { requireSst2, runSst2 } from './sst2-run.ts';
import { relativeDifference, weightFigures } from './weight-figures.ts';

/**
 * Measures the effects of storing frozen weights in 16 bits: bytes of both parts, change of the features
 * before training, accuracy and loss after training; all other settings equal. MiniLM's weights have 16 bits,
 * so on SST-2 only the bytes may change. ViT-Tiny's (on CIFAR-10) have 32.
 *
 *     node bench/learning/weights.ts [--task sst2|cifar10] [--rounds 20] [--seed 1] [--engine auto]
 */
const TASKS: Readonly<
  Record<
    string,
    { require: () => unknown; run: (run: LearningRun) => RunResult; reference: LearningReference }
  >
> = {
  sst2: { require: requireSst2, run: runSst2, reference: SST2_REFERENCE[0] },
  cifar10: { require: requireCifar10, run: runCifar10, reference: CIFAR10_REFERENCE[0] },
};
const { values } = parseArgs({
  options: {
    task: { type: 'string', default: 'sst2' },
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'auto' },
  },
});
const { task: name, rounds, seed, engine } = values;
if (!Object.hasOwn(TASKS, name)) throw new Error(`--task is one of ${Object.keys(TASKS).join(', ')}`);
const task = TASKS[name];
task.require();

const table = [];
for (const bits of WEIGHT_BITS) {
  const settings = [...task.reference.settings, `model.bitsPerWeight=${bits}`];
  const result = task.run({ rounds, seed, engine, settings });
  table.push({ bits, result, ...(await weightFigures(result.config, bits)) });
}

const [full] = table;
console.log(
  [
    ...['bits a weight', 'device, MB', 'encoder, MB', 'of 32', 'features differ by'],
    ...['accuracy, %', 'test loss', 'train loss'],
  ].join('\t'),
);
for (const { bits, result, deviceBytes, encoderBytes, features } of table) {
  const test = result.evaluations.at(-1);
  const row = [
    (deviceBytes / 1e6).toFixed(2),
    (encoderBytes / 1e6).toFixed(2),
    ((deviceBytes + encoderBytes) / (full.deviceBytes + full.encoderBytes)).toFixed(3),
    relativeDifference(features, full.features).toExponential(1),
    (100 * (test?.accuracy ?? Number.NaN)).toFixed(2),
    (test?.loss ?? Number.NaN).toFixed(5),
    (result.rounds.at(-1)?.trainLoss ?? Number.NaN).toFixed(5),
  ];
  console.log([bits, ...row].join('\t'));
}
