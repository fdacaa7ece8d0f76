import { createEncoderEngine } from '#shared/model/engine/create-engine.ts';
import { PRECISIONS } from '#shared/model/engine/precision.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { tensorsOnDemand } from '#shared/model/tensors-on-demand.ts';
import { featuresOf, isOnDevice, loraOf, randomMiniBatch, randomValues, requireCase } from './cases.ts';
import { familyUsage } from './process-family.ts';

// Peak memory of steps of a large decoder on the torch engine, on the processor: of this process and of
// Python's together. Weights are random and made while they are sent, as an encoder reads them from a stored
// part.
//
//  node bench/encoder/decoder-memory.ts [CASE [PRECISION [TOKENS]]]

const STEPS = 2;

const [caseName = 'llama-1b', wanted = 'bfloat16', runTokens = '2048'] = process.argv.slice(2);
const benchCase = requireCase(caseName, Number(runTokens));
const { config } = benchCase;
const shapes = new Map([...describeModel(config).tensors()].filter(([name]) => !isOnDevice(config, name)));
const parameters = [...shapes.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
const tensors = tensorsOnDemand([...shapes.keys()], (name) => {
  const scale = name.endsWith('norm.weight') ? 1 : 1 / Math.sqrt(config.hiddenSize);
  return randomValues(shapes.get(name) ?? [], name.length, scale);
});
const lora = loraOf(benchCase);
const engine = await createEncoderEngine(
  { config, tensors },
  {
    engine: 'torch',
    provider: 'cpu',
    precision: PRECISIONS.find((precision) => precision === wanted),
    features: featuresOf(benchCase),
    lora,
  },
);
const loaded = familyUsage();
const gradient = randomValues([benchCase.batch, config.hiddenSize], 2, 1);
for (let step = 0; step < STEPS; step++) {
  const start = performance.now();
  const pass = await engine.forward(randomMiniBatch(benchCase), initialLora(config, lora, 1));
  await pass.backward(gradient);
  const seconds = (performance.now() - start) / 1000;
  const kept = pass.retainedBytes / 1e6;
  pass.release();
  process.stdout.write(`step ${step + 1}: ${seconds.toFixed(1)} s, activations kept ${kept.toFixed(0)} MB\n`);
}
const { peakMegabytes } = familyUsage();
process.stdout.write(
  `${caseName}, ${wanted}, ${benchCase.batch} x ${benchCase.tokens} tokens: ${(parameters / 1e9).toFixed(2)}e9 parameters, ` +
    `peak ${loaded.peakMegabytes.toFixed(0)} MB when loaded, ${peakMegabytes.toFixed(0)} MB after the steps\n`,
);
await engine.dispose();
