import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  type CausalScheme,
  causalSettings,
  pytorchArguments,
  writeDraws,
} from '#bench/language/causal-scheme.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { evaluationSchema } from '#shared/protocol/records.ts';
import { airtune, succeed } from '#test/support/airtune.ts';
import { pythonHas, runPython } from '#test/support/python.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyLanguageModel, tinyTexts } from '#test/support/tiny-language-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const tinyModel = sharedScratchFolder(tinyLanguageModel(16));
const tinyData = sharedScratchFolder(tinyTexts(60, 9));
const hasPeft = pythonHas('peft', 'transformers', 'torch', 'tokenizers');
const folder = sharedScratchFolder();

/** Largest difference of a perplexity from PyTorch's with the same draws, relative. */
const TOLERANCE = 0.005;

const perplexities = z.object({ before: z.number(), after: z.number() });
const tested = z.object({ evaluations: z.array(evaluationSchema) });
const trainedRun = tested.extend({ rounds: z.array(z.object({ trainLoss: z.number() })) });

function schemeOf(kind: string, rounds: number): CausalScheme {
  return { model: join(folder, kind), texts: join(folder, 'texts'), rounds, seed: 1 };
}

/** Runs the command on one thread; returns the perplexities of the first and the last test. */
async function run(scheme: CausalScheme, out: string, ...options: readonly string[]) {
  const settings = `${out}.json`;
  writeFileSync(settings, JSON.stringify(causalSettings(scheme)));
  const args = ['run', '--config', settings, ...options, '--out', out];
  const { exitCode, stderr } = await airtune(args, { env: { OMP_NUM_THREADS: '1' } });
  expect(exitCode, stderr).toBe(0);
  const { evaluations } = tested.parse(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')));
  return { before: perplexityOf(evaluations[0]), after: perplexityOf(evaluations.at(-1)) };
}

function perplexityOf(evaluation: z.output<typeof evaluationSchema> | undefined): number {
  return evaluation?.language?.perplexity ?? Number.NaN;
}

describe("a run that trains its devices' output matrices", () => {
  const DEVICES = 3;
  const argumentsOf = (train: string, model = tinyModel): readonly string[] => [
    ...[
      'run',
      '--model',
      model,
      '--task',
      'causal-lm',
      '--data',
      tinyData,
      '--engine',
      'onnx',
      '--seed',
      '3',
    ],
    ...[
      '--devices',
      `${DEVICES}`,
      '--rounds',
      '16',
      '--batch-size',
      '4',
      '--lora-rank',
      '2',
      '--policy',
      'all-in',
    ],
    ...[
      '--set',
      'data.maxTokens=12',
      '--set',
      'data.packing=false',
      '--set',
      'training.evaluateEvery=8',
      '--set',
      'server.optimizer.learningRate=0.03',
    ],
    ...['--lora-targets', 'all-linear', '--set', 'head.learningRate=1', '--set', `head.train=${train}`],
  ];
  const [all, norm] = ['all', 'norm'].map((name) => join(folder, name));
  const resultOf = (out: string) =>
    trainedRun.parse(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')));
  const tensorsOf = (path: string) => floatTensors(readSafetensors(readFileSync(path), path).tensors, path);

  beforeAll(async () => {
    await succeed(...argumentsOf('all'), '--out', all);
    await succeed(...argumentsOf('norm'), '--out', norm);
  });

  test('learns more of the training data than one that trains the final norms', () => {
    const last = (out: string) => resultOf(out).rounds.at(-1)?.trainLoss ?? Number.NaN;
    expect(last(all)).toBeLessThan(0.8 * last(norm));
  });

  test('has a matrix of its own in the head of each device, and their mean in the adapter', () => {
    const heads = Array.from({ length: DEVICES }, (_, device) =>
      tensorsOf(join(all, 'heads', `device-000${device}.safetensors`)),
    );
    const matrices = heads.map((head) => head.get('lm_head.weight'));
    for (const head of heads) expect([...head.keys()]).toEqual(['norm.weight', 'lm_head.weight']);
    expect(new Set(matrices.map((matrix) => matrix?.data.join())).size).toBe(DEVICES);
    const saved = tensorsOf(join(all, 'adapter', 'adapter_model.safetensors'));
    const mean = matrices[0]?.data.map((_, at) => {
      const sum = matrices.reduce((total, matrix) => total + (matrix?.data[at] ?? 0), 0);
      return sum / DEVICES;
    });
    expect(saved.get('base_model.model.lm_head.weight')?.data).toEqual(mean);
    expect([...tensorsOf(join(norm, 'heads', 'device-0000.safetensors')).keys()]).toEqual(['norm.weight']);
  });

  test("tests every device's own head, and one averaged head", () => {
    const [first, , last] = resultOf(all).evaluations;
    expect(new Set(first.deviceLoss).size).toBe(1);
    expect(new Set(last.deviceLoss).size).toBe(DEVICES);
    expect(last.loss).toBeCloseTo(last.deviceLoss.reduce((sum, loss) => sum + loss, 0) / DEVICES, 12);
    expect(perplexityOf(last)).toBeCloseTo(Math.exp(last.loss), 10);
    expect(first.language?.averagedHeadPerplexity).toBeCloseTo(perplexityOf(first), 4);
    expect(resultOf(norm).evaluations[0]).toMatchObject({ deviceLoss: [], loss: first.loss });
  });

  test('continues to the same bytes after an interruption', async () => {
    const parts = join(folder, 'parts');
    const stopped = await airtune([...argumentsOf('all'), '--out', parts], { interruptWhen: /^round +3\//m });
    expect(stopped.exitCode, stopped.stderr).toBe(130);
    await succeed('run', '--resume', parts);
    expect(trainedFiles(parts)).toEqual(trainedFiles(all));
    expect(resultOf(parts).evaluations).toEqual(resultOf(all).evaluations);
  });

  test('predicts with the head of a device, and with the averaged one', async () => {
    for (const head of ['0', 'averaged']) {
      const predicted = await succeed(
        'predict',
        all,
        '--prompt',
        'four five six',
        '--max-tokens',
        '3',
        '--head',
        head,
      );
      expect(JSON.parse(predicted).completion).toBe('seven eight nine');
    }
  });

  test('is exported as a model with an output matrix of its own, which has the perplexity of the averaged head', async () => {
    const [merged, next] = [join(folder, 'merged'), join(folder, 'next')];
    await succeed('export', all, '--to', merged);
    expect(JSON.parse(readFileSync(join(merged, 'config.json'), 'utf8')).tie_word_embeddings).toBe(false);
    await succeed(...argumentsOf('none', merged), '--rounds', '1', '--out', next);
    const averaged = resultOf(all).evaluations.at(-1)?.language?.averagedHeadPerplexity ?? Number.NaN;
    expect(perplexityOf(resultOf(next).evaluations[0]) / averaged).toBeCloseTo(1, 5);
  });
});

describe.skipIf(!hasPeft)('a causal run on synthetic text', () => {
  beforeAll(() => {
    expect(runPython('bench/language/synthetic.py', folder)).toContain('700 texts');
  });

  test.each(['gpt2', 'llama'])(
    'of a %s with random weights learns as PyTorch does with the same scheme',
    async (kind) => {
      const scheme = schemeOf(kind, 40);
      const [out, draws] = [join(folder, `run-${kind}`), join(folder, `draws-${kind}`)];
      await writeDraws(scheme, draws);
      const args = [...pytorchArguments(scheme), '--draws', draws];
      const reference = perplexities.parse(
        JSON.parse(runPython('bench/language/causal_pytorch.py', ...args)),
      );
      const { before, after } = await run(scheme, out);
      expect(Math.abs(before / reference.before - 1)).toBeLessThanOrEqual(1e-4);
      expect(after).toBeLessThan(before / 10);
      expect(Math.abs(after / reference.after - 1)).toBeLessThanOrEqual(TOLERANCE);
      const predicted = await airtune(['predict', out, '--prompt', 'the old dogs', '--max-tokens', '8']);
      expect(predicted.exitCode, predicted.stderr).toBe(0);
      expect(JSON.parse(predicted.stdout)).toMatchObject({
        prompt: 'the old dogs',
        completion: expect.stringMatching(/[a-z]/),
      });
    },
  );

  test('has the same perplexity on the torch engine', async () => {
    const scheme = schemeOf('llama', 5);
    const onnx = await run(scheme, join(folder, 'onnx'), '--engine', 'onnx');
    const torch = await run(scheme, join(folder, 'torch'), '--engine', 'torch');
    expect(torch.after).toBeLessThan(torch.before);
    expect(Math.abs(torch.after / onnx.after - 1)).toBeLessThanOrEqual(1e-3);
  });
});
