import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { USUAL_CASES } from './cases.ts';
import { Contestant, type StepMeasure } from './contestant.ts';

// Compares the time of a step (forward, and backward to the LoRA gradients) of airtune's engines and PyTorch.
// Each runs in a separate process and they take turns step by step, so that other load affects all alike.
// Prints medians and the speed relative to PyTorch. Processor time is the sum over all threads.
//
//  node bench/encoder/step-times.ts [--cases minilm,bert-base,vit-tiny,vit-base,gpt2,llama-135m,llama-1b]
//    [--contestants onnx,torch,torch-bfloat16,pytorch,pytorch-bfloat16] [--tokens N] [--steps 7]
//    [--threads N] [--provider cpu]
//
// --tokens is the number of tokens of a mini-batch. PyTorch and the torch engine need AIRTUNE_PYTHON to name
// a Python with torch, transformers and peft.

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: USUAL_CASES.join(',') },
    tokens: { type: 'string' },
    contestants: { type: 'string', default: 'onnx,onnx-fed,tensorflow,wasm,pytorch' },
    steps: { type: 'string', default: '7' },
    provider: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const settings = {
  threads: Number(values.threads),
  provider: values.provider,
  runTokens: values.tokens === undefined ? undefined : Number(values.tokens),
};

/**
 * Steps that are not measured; a graphics card's libraries initialise and tune themselves in the first ones.
 */
const WARM_UP_STEPS = 3;

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)];
}

const total = ({ forwardMs, backwardMs }: StepMeasure): number => forwardMs + backwardMs;

/** Runs warm-up steps of each contestant, then measured steps in turns. */
async function race(contestants: readonly Contestant[], steps: number): Promise<readonly StepMeasure[][]> {
  const measures: StepMeasure[][] = contestants.map(() => []);
  for (let step = 0; step < WARM_UP_STEPS; step++) {
    for (const contestant of contestants) await contestant.step();
  }
  for (let step = 0; step < steps; step++) {
    for (const [index, contestant] of contestants.entries()) measures[index].push(await contestant.step());
  }
  return measures;
}

for (const caseName of values.cases.split(',')) {
  const started = await Promise.all(
    values.contestants.split(',').map((name) => Contestant.start(name, caseName, settings)),
  );
  const contestants = started.filter((contestant) => contestant !== undefined);
  const measures = await race(contestants, Number(values.steps));
  for (const contestant of contestants) contestant.stop();
  process.stdout.write(
    `\n${caseName}, ${settings.provider === 'cpu' ? `${settings.threads} threads` : settings.provider}\n`,
  );
  for (const [index, { name }] of contestants.entries()) {
    const own = measures[index];
    // Beside PyTorch in the same number format where it takes part, else in single precision.
    const [, format = ''] = name.split(/(?=-(?:bfloat16|float16))/);
    const rival = contestants.findIndex((one) => one.name === `pytorch${format}`);
    const pytorch = rival >= 0 ? rival : contestants.findIndex((one) => one.name === 'pytorch');
    const lead = (of: (measure: StepMeasure) => number): string =>
      pytorch < 0 ? '' : median(own.map((one, i) => of(measures[pytorch][i]) / of(one))).toFixed(2);
    const ms = (of: (measure: StepMeasure) => number): string => median(own.map(of)).toFixed(1).padStart(9);
    process.stdout.write(
      `  ${name.padEnd(11)} forward ${ms(({ forwardMs }) => forwardMs)} ms  step ${ms(total)} ms (x ${lead(total)})` +
        `  processor ${ms(({ processorMs }) => processorMs)} ms (x ${lead(({ processorMs }) => processorMs)})` +
        `  peak memory ${own.at(-1)?.peakMegabytes.toFixed(0).padStart(5)} MB\n`,
    );
  }
}
