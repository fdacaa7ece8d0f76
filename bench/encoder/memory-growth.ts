import { parseArgs } from 'node:util';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { LORA, randomMiniBatch, randomServer, randomValues, requireCase } from './cases.ts';

// Measures resident memory over many training steps: batches of several devices in one call, other sequence
// lengths in each step, and other LoRA values every ten steps.
//
//  node bench/encoder/memory-growth.ts [--case minilm] [--steps 1000] [--batch 4] [--tokens 32] [--devices 4]

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'minilm' },
    steps: { type: 'string', default: '1000' },
    batch: { type: 'string', default: '4' },
    tokens: { type: 'string', default: '32' },
    devices: { type: 'string', default: '4' },
  },
});
const steps = Number(values.steps);
const extent = { ...requireCase(values.case), batch: Number(values.batch), tokens: Number(values.tokens) };
const engine = await createOnnxEngine(randomServer(extent.config), { features: 'first-token', lora: LORA });
const gradient = randomValues([extent.batch, extent.config.hiddenSize], 2, 1);
const lengths = randomStream(4, 'dataset', steps);
const deviceBatch = (): EmbeddedBatch => ({
  ...randomMiniBatch(extent),
  lengths: Int32Array.from({ length: extent.batch }, () => 1 + Math.floor(lengths.uniform() * extent.tokens)),
});
const rounds = [1, 2, 3].map((seed) => initialLora(extent.config, LORA, seed));

for (let step = 1; step <= steps; step++) {
  const passes = await engine.forwardBatched(
    Array.from({ length: Number(values.devices) }, deviceBatch),
    rounds[Math.floor(step / 10) % rounds.length],
  );
  await engine.backwardBatched(passes.map((pass) => ({ pass, featureGradient: gradient })));
  for (const pass of passes) pass.release();
  if (step % Math.ceil(steps / 10) === 0) {
    const { rss, arrayBuffers } = process.memoryUsage();
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
    process.stdout.write(
      `step ${step}: resident ${megabytes(rss)} MB, array buffers ${megabytes(arrayBuffers)} MB\n`,
    );
  }
}
await engine.dispose();
