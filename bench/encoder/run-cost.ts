import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { LORA, randomMiniBatch, randomServer, randomValues, requireCase, requireProvider } from './cases.ts';

// Measures the cost of a step by the number of tokens in one run. The line fitted to the times gives the
// fixed cost of a run, in tokens; it decides into how many chunks a mini-batch is cut (run-limits.ts). On the
// CPU these runs are packed.
//
//   node bench/encoder/run-cost.ts [CASE [PROVIDER]]

const STEPS = 15;

const [caseName = 'minilm', providerName = 'cpu'] = process.argv.slice(2);
const benchCase = requireCase(caseName);
const provider = requireProvider(providerName);
const { config } = benchCase;
// A graphics card processes many more tokens in one run.
const scale = provider === 'cpu' ? 1 : 4;
const EXTENTS = [2, 4, 8, 16].flatMap((batch) =>
  [8, 16, 32].map((tokens) => ({ batch: scale * batch, tokens: scale * tokens })),
);
const engine = await createOnnxEngine(randomServer(config), {
  features: 'first-token',
  lora: LORA,
  provider,
});
const lora = initialLora(config, LORA, 1);

async function stepMs(batch: number, tokens: number): Promise<number> {
  const miniBatch = randomMiniBatch({ ...benchCase, batch, tokens });
  const gradient = randomValues([batch, config.hiddenSize], 2, 1);
  const times: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const start = performance.now();
    const pass = await engine.forward(miniBatch, lora);
    await pass.backward(gradient);
    times.push(performance.now() - start);
    pass.release();
  }
  return times.sort((left, right) => left - right)[Math.floor(STEPS / 4)];
}

const points: (readonly [tokens: number, ms: number])[] = [];
for (const { batch, tokens } of EXTENTS) {
  const ms = await stepMs(batch, tokens);
  points.push([batch * tokens, ms]);
  process.stdout.write(`${batch} x ${tokens} = ${batch * tokens} tokens: ${ms.toFixed(2)} ms\n`);
}
const mean = (of: (point: readonly [number, number]) => number): number =>
  points.reduce((sum, point) => sum + of(point), 0) / points.length;
const [meanTokens, meanMs] = [mean(([tokens]) => tokens), mean(([, ms]) => ms)];
const slope =
  mean(([tokens, ms]) => (tokens - meanTokens) * (ms - meanMs)) /
  mean(([tokens]) => (tokens - meanTokens) ** 2);
const perRunMs = meanMs - slope * meanTokens;
process.stdout.write(
  `a token ${slope.toFixed(4)} ms, a run ${perRunMs.toFixed(2)} ms: as much as ${(perRunMs / slope).toFixed(0)} tokens\n`,
);
await engine.dispose();
