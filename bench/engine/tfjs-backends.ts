import { parseArgs } from 'node:util';
import type { EmbeddedBatch, EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { TFJS_BACKENDS } from '#shared/model/engine/tfjs/tfjs-backend.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { splitModel } from '#shared/model/split-model.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { randomStream } from '#shared/random/random-stream.ts';

// Measures the time of a mini-batch [ms] on each TensorFlow.js backend that loads on this machine, and its
// ratio to the first one: node bench/engine/tfjs-backends.ts --model DIR [--batch 16] [--tokens 64] [--steps
// 5] [--backends tensorflow,wasm]

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    batch: { type: 'string', default: '16' },
    tokens: { type: 'string', default: '64' },
    steps: { type: 'string', default: '5' },
    backends: { type: 'string', default: 'tensorflow,wasm' },
  },
});
const [batchSize, tokens, steps] = [Number(values.batch), Number(values.tokens), Number(values.steps)];
const model = await readModelDirectory(values.model ?? '.');
const { server } = splitModel(model);
const lora = { rank: 8, alpha: 16, targets: ['query', 'value'] };
const parameters = initialLora(model.config, lora, 1);
const stream = randomStream(1, 'dataset');

function normalTensor(shape: readonly number[]): Tensor {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float32Array.from({ length }, () => stream.normal()) };
}

interface StepTimes {
  readonly forwardMs: number;
  readonly backwardMs: number;
}

async function timeStep(
  engine: EncoderEngine,
  batch: EmbeddedBatch,
  loraTensors: NamedTensors,
  gradient: Tensor,
): Promise<StepTimes> {
  const start = performance.now();
  const pass = await engine.forward(batch, loraTensors);
  const between = performance.now();
  await pass.backward(gradient);
  pass.release();
  return { forwardMs: between - start, backwardMs: performance.now() - between };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)];
}

const hidden = model.config.hiddenSize;
const batch = {
  embeddings: normalTensor([batchSize, tokens, hidden]),
  lengths: new Int32Array(batchSize).fill(tokens),
};
const gradient = normalTensor([batchSize, hidden]);
let reference: StepTimes | undefined;
for (const backend of TFJS_BACKENDS.filter((name) => values.backends.split(',').includes(name))) {
  const engine = await createTfjsEngine(server, { features: 'first-token', lora, backend });
  const times: StepTimes[] = [];
  // The first step also compiles kernels and packs weights.
  for (let step = 0; step <= steps; step++) times.push(await timeStep(engine, batch, parameters, gradient));
  await engine.dispose();
  const forwardMs = median(times.slice(1).map((time) => time.forwardMs));
  const backwardMs = median(times.slice(1).map((time) => time.backwardMs));
  reference ??= { forwardMs, backwardMs };
  const ratio = (forwardMs + backwardMs) / (reference.forwardMs + reference.backwardMs);
  process.stdout.write(
    `${backend.padEnd(10)}  forward ${forwardMs.toFixed(1)} ms  backward ${backwardMs.toFixed(1)} ms  ` +
      `step ${ratio.toFixed(2)} times the first\n`,
  );
}
