import { createInterface } from 'node:readline';
import { createEncoderEngine } from '#shared/model/engine/create-engine.ts';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { createOnnxEngine, type OnnxEngineOptions } from '#shared/model/engine/onnx/onnx-engine.ts';
import { PRECISIONS } from '#shared/model/engine/precision.ts';
import type { TfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import {
  featuresOf,
  loraOf,
  randomMiniBatch,
  randomServer,
  randomValues,
  requireCase,
  requireProvider,
} from './cases.ts';
import { familyUsage } from './process-family.ts';

// Runs one engine in a separate process. For each input line it executes one step and prints the times of the
// forward and backward pass [ms], the peak resident memory [MB] and the step's processor time [ms].
//
//  node bench/encoder/engine-contestant.ts ENGINE CASE [THREADS [PROVIDER [TOKENS]]]
//
// ENGINE: onnx, onnx-fed (weights fed), onnx-kept (activations kept), onnx-merged (LoRA merged once per set),
// onnx-separate (LoRA as a separate term), onnx-recomputed, tensorflow, wasm, torch, torch-bfloat16 and so on

const [name = 'onnx', caseName = 'minilm', threads, provider = 'cpu', runTokens] = process.argv.slice(2);
const benchCase = requireCase(caseName, runTokens === undefined ? undefined : Number(runTokens));
const server = randomServer(benchCase.config);
const options = { features: featuresOf(benchCase), lora: loraOf(benchCase) };
const threadCount = threads === undefined ? undefined : Number(threads);

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

/** Engine of this name. `torch-bfloat16` and the like name a precision. */
async function openEngine(): Promise<EncoderEngine> {
  if (isTfjsBackend(name)) return createTfjsEngine(server, { ...options, backend: name });
  if (name === 'torch' || name.startsWith('torch-')) {
    return createEncoderEngine(server, {
      ...options,
      engine: 'torch',
      provider: provider === 'cpu' ? 'cpu' : 'cuda',
      precision: PRECISIONS.find((precision) => name === `torch-${precision}`),
      threads: threadCount,
    });
  }
  return createOnnxEngine(server, {
    ...options,
    threads: threadCount,
    provider: requireProvider(provider),
    graphs: GRAPHS.get(name),
  });
}

const engine = await openEngine();
const batch = randomMiniBatch(benchCase);
const lora = initialLora(benchCase.config, options.lora, 1);
const gradient = randomValues([benchCase.batch, benchCase.config.hiddenSize], 2, 1);
process.stdout.write('ready\n');

for await (const _line of createInterface({ input: process.stdin })) {
  const before = familyUsage();
  const start = performance.now();
  const pass = await engine.forward(batch, lora);
  const between = performance.now();
  await pass.backward(gradient);
  const end = performance.now();
  pass.release();
  const { peakMegabytes, processorMs } = familyUsage();
  process.stdout.write(
    `${between - start} ${end - between} ${peakMegabytes} ${processorMs - before.processorMs}\n`,
  );
}
await engine.dispose();
