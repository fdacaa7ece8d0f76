import { createInterface } from 'node:readline';
import { createOnnxEngine, type OnnxEngineOptions } from '#shared/model/engine/onnx/onnx-engine.ts';
import type { TfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import { LORA, randomMiniBatch, randomServer, randomValues, requireCase, requireProvider } from './cases.ts';

// Runs one engine in a separate process. For each input line it executes one step and prints the times of the
// forward and backward pass [ms], the peak resident memory [MB] and the step's processor time [ms].
//
//  node bench/encoder/engine-contestant.ts ENGINE CASE [THREADS [PROVIDER]] ENGINE: onnx, onnx-fed (weights
// fed), onnx-kept (activations kept), onnx-merged (LoRA merged once per set), onnx-separate (LoRA as a
// separate term), onnx-recomputed, tensorflow, wasm

const [name = 'onnx', caseName = 'minilm', threads, provider = 'cpu'] = process.argv.slice(2);
const benchCase = requireCase(caseName);
const server = randomServer(benchCase.config);
const options = { features: 'first-token', lora: LORA } as const;

function isTfjsBackend(value: string): value is TfjsBackend {
  return value === 'tensorflow' || value === 'wasm';
}

/** Graph options that differ from the provider's defaults, by contestant. */
const GRAPHS = new Map<string, OnnxEngineOptions['graphs']>([
  ['onnx-kept', { activations: 'kept', loraPlacement: 'merged' }],
  ['onnx-merged', { loraPlacement: 'merged' }],
  ['onnx-recomputed', { activations: 'recomputed' }],
  ['onnx-fed', { weightPlacement: 'fed' }],
  ['onnx-separate', { loraPlacement: 'separate' }],
]);

const engine = isTfjsBackend(name)
  ? await createTfjsEngine(server, { ...options, backend: name })
  : await createOnnxEngine(server, {
      ...options,
      threads: threads === undefined ? undefined : Number(threads),
      provider: requireProvider(provider),
      graphs: GRAPHS.get(name),
    });
const batch = randomMiniBatch(benchCase);
const lora = initialLora(benchCase.config, LORA, 1);
const gradient = randomValues([benchCase.batch, benchCase.config.hiddenSize], 2, 1);
process.stdout.write('ready\n');

for await (const _line of createInterface({ input: process.stdin })) {
  const usage = process.cpuUsage();
  const start = performance.now();
  const pass = await engine.forward(batch, lora);
  const between = performance.now();
  await pass.backward(gradient);
  const end = performance.now();
  pass.release();
  const { user, system } = process.cpuUsage(usage);
  const peakMegabytes = process.resourceUsage().maxRSS / 1000;
  process.stdout.write(`${between - start} ${end - between} ${peakMegabytes} ${(user + system) / 1000}\n`);
}
await engine.dispose();
