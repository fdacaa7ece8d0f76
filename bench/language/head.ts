/**
 * Time and memory of a language model's head on a mini-batch, on one core:
 *
 *     node bench/language/head.ts [--vocabulary 150000] [--width 896] [--tokens 512] [--train-matrix]
 *
 * Loss, and gradients at the norm and the hidden states, of random weights; with `--train-matrix` also the
 * gradient of the output matrix and the step of SGD, as with `head.train=all`.
 */
import { parseArgs } from 'node:util';
import { OUTPUT_MATRIX } from '#shared/model/language/final-norm.ts';
import { languagePass } from '#shared/model/language/language-pass.ts';
import { VocabularyProduct } from '#shared/model/language/vocabulary-product.ts';
import { sgdStep } from '#shared/model/optimizer/sgd.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { randomStream } from '#shared/random/random-stream.ts';

const { values } = parseArgs({
  options: {
    vocabulary: { type: 'string', default: '150000' },
    width: { type: 'string', default: '896' },
    tokens: { type: 'string', default: '512' },
    'train-matrix': { type: 'boolean', default: false },
  },
});
const [vocabulary, width, tokens] = [values.vocabulary, values.width, values.tokens].map(Number);
const stream = randomStream(1, 'dataset');
const random = (shape: readonly number[]): Tensor => {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float32Array.from({ length }, () => 0.04 * (stream.uniform() - 0.5)) };
};

const trainsMatrix = values['train-matrix'];
const matrix = random([vocabulary, width]);
const norm: Tensor = { shape: [width], data: new Float32Array(width).fill(1) };
const head = {
  norm: { kind: 'rms', epsilon: 1e-6, tensors: ['norm.weight'] },
  pretrained: new Map([['norm.weight', norm]]),
  product: new VocabularyProduct(matrix),
} as const;
const parameters = new Map([...head.pretrained, ...(trainsMatrix ? [[OUTPUT_MATRIX, matrix] as const] : [])]);
const states = random([tokens, width]);
const targets = Int32Array.from({ length: tokens }, (_, token) => (token * 7919) % vocabulary);

const began = process.cpuUsage();
const beganMs = performance.now();
const { loss, gradients } = languagePass(head, parameters, states, targets);
const stepBeganMs = performance.now();
if (trainsMatrix) sgdStep({ learningRate: 0.1 }, parameters, gradients);
const stepSeconds = (performance.now() - stepBeganMs) / 1000;
const seconds = (performance.now() - beganMs) / 1000;
const processorSeconds = process.cpuUsage(began).user / 1e6;
const gigabytes = (process.resourceUsage().maxRSS * 1024) / 1e9;
console.log(
  `${vocabulary} x ${width}, ${tokens} tokens: ${seconds.toFixed(1)} s, of a processor ${processorSeconds.toFixed(1)} s, ` +
    `${gigabytes.toFixed(2)} GB, ${(((trainsMatrix ? 6 : 4) * vocabulary * width * tokens) / processorSeconds / 1e9).toFixed(1)} GFLOP/s, ` +
    `step ${stepSeconds.toFixed(1)} s, loss ${loss.toFixed(3)}`,
);
