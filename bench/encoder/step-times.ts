import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from '#bench/median.ts';
import { USUAL_CASES } from './cases.ts';
import type { StepMeasure } from './contestant.ts';
import { race, startContestants, total, WARM_UP_STEPS } from './race.ts';

// Compares the time of a step (forward, and backward to the LoRA gradients) of airtune's engines and PyTorch.
// Each runs in a separate process and they take turns step by step, so that other load affects all alike.
// Prints medians and the speed relative to PyTorch. Processor time is the sum over all threads.
//
//  node bench/encoder/step-times.ts
//    [--cases minilm,bert-base,...] (the names in cases.json)
//    [--contestants onnx,torch,torch-bfloat16,pytorch,pytorch-bfloat16] [--tokens N,N] [--steps 7]
//    [--warm-up 3] [--threads N] [--provider cpu]
//
// --tokens are the numbers of tokens of a mini-batch, the case's own if left out. PyTorch and the torch
// engine need AIRTUNE_PYTHON to name a Python with torch, transformers and peft.

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: USUAL_CASES.join(',') },
    tokens: { type: 'string', default: '' },
    contestants: { type: 'string', default: 'onnx,onnx-fed,tensorflow,wasm,pytorch' },
    steps: { type: 'string', default: '7' },
    'warm-up': { type: 'string', default: String(WARM_UP_STEPS) },
    provider: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const settings = {
  threads: Number(values.threads),
  provider: values.provider,
};
const sizes = values.tokens.split(',').map((size) => (size === '' ? undefined : Number(size)));

for (const caseName of values.cases.split(',')) {
  const contestants = await startContestants(values.contestants.split(','), caseName, settings);
  for (const tokens of sizes) {
    const warmUpSteps = Number(values['warm-up']);
    const measures = await race(contestants, { steps: Number(values.steps), warmUpSteps, tokens });
    const size = tokens === undefined ? '' : `, ${tokens} tokens`;
    const place = settings.provider === 'cpu' ? `${settings.threads} threads` : settings.provider;
    process.stdout.write(`\n${caseName}${size}, ${place}\n`);
    print(measures);
  }
  for (const contestant of contestants) contestant.stop();
}

function print(measures: ReadonlyMap<string, readonly StepMeasure[]>): void {
  for (const [name, own] of measures) {
    // Beside PyTorch in the same number format where it takes part, else in single precision.
    const [, format = ''] = name.split(/(?=-(?:tf32|bfloat16|float16))/);
    const pytorch = measures.get(`pytorch${format}`) ?? measures.get('pytorch');
    const lead = (of: (measure: StepMeasure) => number): string =>
      pytorch === undefined ? '' : median(own.map((one, i) => of(pytorch[i]) / of(one))).toFixed(2);
    const ms = (of: (measure: StepMeasure) => number): string => median(own.map(of)).toFixed(1).padStart(9);
    process.stdout.write(
      `  ${name.padEnd(16)} forward ${ms(({ forwardMs }) => forwardMs)} ms  step ${ms(total)} ms (x ${lead(total)})` +
        `  processor ${ms(({ processorMs }) => processorMs)} ms (x ${lead(({ processorMs }) => processorMs)})` +
        `  peak memory ${own.at(-1)?.peakMegabytes.toFixed(0).padStart(5)} MB\n`,
    );
  }
}
