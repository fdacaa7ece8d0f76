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
import { evaluationSchema } from '#shared/protocol/records.ts';
import { airtune } from '#test/support/airtune.ts';
import { pythonHas, runPython } from '#test/support/python.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';

const hasPeft = pythonHas('peft', 'transformers', 'torch', 'tokenizers');
const folder = sharedScratchFolder();

/** Largest difference of a perplexity from PyTorch's with the same draws, relative. */
const TOLERANCE = 0.005;

const perplexities = z.object({ before: z.number(), after: z.number() });
const tested = z.object({ evaluations: z.array(evaluationSchema) });

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
