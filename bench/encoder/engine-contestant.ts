import { createInterface } from 'node:readline';
import { createEncoderEngine } from '#shared/model/engine/create-engine.ts';
import type { EmbeddedBatch, EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { createOnnxEngine, type OnnxEngineOptions } from '#shared/model/engine/onnx/onnx-engine.ts';
import { PRECISIONS } from '#shared/model/engine/precision.ts';
import type { TfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import type { Tensor } from '#shared/model/tensor.ts';
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

// Runs one engine in a separate process. For each input line (the number of tokens of a mini-batch, or
// nothing for the case's own) it executes one step and prints the times of the forward and backward pass
// [ms], the peak resident memory [MB] and the step's processor time [ms].
//
//  node bench/encoder/engine-contestant.ts ENGINE CASE [THREADS [PROVIDER]]
//
// ENGINE: onnx, onnx-fed (weights fed), onnx-kept (activations kept), onnx-merged (LoRA merged once per set),
// onnx-separate (LoRA as a separate term), onnx-recomputed, tensorflow, wasm, torch, torch-bfloat16 and so on

const [name = 'onnx', caseName = 'minilm', threads, provider = 'cpu'] = process.argv.slice(2);
const benchCase = requireCase(caseName);
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
const lora = initialLora(benchCase.config, options.lora, 1);

/** A mini-batch and feature gradients, by the line that asks for it. */
const inputs = new Map<string, { readonly batch: EmbeddedBatch; readonly gradient: Tensor }>();

function inputsOf(line: string) {
  const known = inputs.get(line);
  if (known !== undefined) return known;
  const sized = requireCase(caseName, line === '' ? undefined : Number(line));
  const gradient = randomValues([sized.batch, sized.config.hiddenSize], 2, 1);
  const made = { batch: randomMiniBatch(sized), gradient };
  inputs.set(line, made);
  return made;
}

process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const { batch, gradient } = inputsOf(line);
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
