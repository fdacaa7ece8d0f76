import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { airtuneProcess } from '#test/support/airtune-process.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { torchHost } from '#test/support/torch-host.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const isThere = (await torchHost()) !== undefined;
const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();

/** A run on one thread: the machine that runs the tests has other work. */
function run(out: string, ...options: readonly string[]) {
  return airtuneProcess(['run', ...tinyArguments(files), '--out', out, ...options], {
    env: { OMP_NUM_THREADS: '1' },
  });
}

function accuracyOf(out: string): number {
  return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')).evaluations.at(-1).accuracy;
}

describe.skipIf(!isThere)('a run on the torch engine', () => {
  test('learns as the onnx engine does, and gives the same bytes after an interruption', async () => {
    const [whole, cut, onnx] = ['whole', 'cut', 'onnx'].map((name) => join(outputs, name));
    const { exitCode, stderr } = await run(whole, '--engine', 'torch');
    expect(exitCode, stderr).toBe(0);
    await run(onnx, '--engine', 'onnx');
    expect(accuracyOf(whole)).toBe(accuracyOf(onnx));
    const interrupt = { when: /^round +1\//m, signal: 'SIGINT' } as const;
    const args = ['run', ...tinyArguments(files), '--out', cut, '--engine', 'torch'];
    expect((await airtuneProcess(args, { interrupt, env: { OMP_NUM_THREADS: '1' } })).exitCode).toBe(130);
    const resumed = await airtuneProcess(['run', '--resume', cut], { env: { OMP_NUM_THREADS: '1' } });
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(trainedFiles(cut)).toEqual(trainedFiles(whole));
  });

  test('holds weights in 16 bits', async () => {
    const out = join(outputs, 'halves');
    const { exitCode, stderr } = await run(out, '--engine', 'torch', '--set', 'server.precision=bfloat16');
    expect(exitCode, stderr).toBe(0);
    expect(accuracyOf(out)).toBeGreaterThan(0);
  });
});

test('a precision that an engine lacks is refused by name, with the engine that has it', async () => {
  const { exitCode, stderr } = await run(
    join(outputs, 'refused'),
    '--engine',
    'onnx',
    '--set',
    'server.precision=bfloat16',
  );
  expect(stderr).toBe(
    'airtune: setting server.precision: `bfloat16` is not in engine onnx, which computes in float32. Set server.engine to torch, which has it, or leave server.precision out.\n',
  );
  expect(exitCode).toBe(2);
});
