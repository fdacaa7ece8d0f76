import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PythonProcess } from '#shared/model/engine/torch/python-process.ts';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { encoderCase } from '#test/support/encoder-cases.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { torchHost } from '#test/support/torch-host.ts';

const CPU = { provider: 'cpu', threads: 1, deterministic: true } as const;

/** A program that takes the place of an interpreter. */
function program(script: string): string {
  const path = join(scratchFolder({ python: script }), 'python');
  execFileSync('chmod', ['+x', path]);
  return path;
}

describe('an interpreter that cannot run the torch engine is named, with a remedy', () => {
  test('a missing interpreter', async () => {
    expect(await rejectedLine(PythonProcess.start({ ...CPU, python: 'no-such-python' }))).toMatch(
      /^Python no-such-python: cannot run the torch engine: it cannot be started: spawn no-such-python ENOENT\. Name another interpreter in server\.python or AIRTUNE_PYTHON; airtune doctor checks it\.$/,
    );
  });

  test('an interpreter that ends at once', async () => {
    const python = program('#!/bin/sh\necho "no module named something" >&2\nexit 3\n');
    expect(await rejectedLine(PythonProcess.start({ ...CPU, python }))).toMatch(
      /it ended with code 3: no module named something\. Name another/,
    );
  });

  // -S leaves out the folders of installed packages.
  test('one without PyTorch', async () => {
    const python = program('#!/bin/sh\nPYTHONHOME= exec python3 -S "$@"\n');
    expect(await rejectedLine(PythonProcess.start({ ...CPU, python }))).toMatch(
      /: has no package torch\. Run \S+ -m pip install -r \S+requirements-torch\.txt\.$/,
    );
  });

  test('one whose PyTorch is too old', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'torch-2.1.0.dist-info'));
    const metadata = 'Metadata-Version: 2.1\nName: torch\nVersion: 2.1.0\n';
    writeFileSync(join(folder, 'torch-2.1.0.dist-info', 'METADATA'), metadata);
    const python = program(`#!/bin/sh\nPYTHONPATH="${folder}:$PYTHONPATH" exec python3 "$@"\n`);
    expect(await rejectedLine(PythonProcess.start({ ...CPU, python }))).toMatch(
      /: has torch 2\.1\.0; the torch engine needs 2\.11 or newer\. Run \S+ -m pip install/,
    );
  });
});

const host = await torchHost();

describe.skipIf(host === undefined)('what PyTorch here does not have is named, with what to do', () => {
  const { server, settings, features } = encoderCase({
    family: 'bert',
    layers: 1,
    heads: 1,
    headWidth: 8,
    intermediate: 8,
    rank: 1,
    targets: ['query'],
    features: 'mean',
    lengths: [2],
    seed: 1,
  });
  const options = { features, lora: settings, host };

  test('a device', async () => {
    expect(await rejectedLine(PythonProcess.start({ ...CPU, provider: 'mps' }))).toMatch(
      /finds no device for `mps`\. Set server\.provider to cpu, or install the PyTorch/,
    );
  });

  test('tf32 on a processor', async () => {
    expect(await rejectedLine(createTorchEngine(server, { ...options, precision: 'tf32' }))).toMatch(
      /`tf32` needs a graphics card with CUDA\. Use /,
    );
  });

  test('a tensor that the model of transformers lacks', async () => {
    const tensors = new Map([
      ...server.tensors,
      ['encoder.layer.0.extra.weight', { shape: [1], data: new Float32Array(1) }],
    ]);
    expect(await rejectedLine(createTorchEngine({ ...server, tensors }, options))).toMatch(
      /transformers' BertModel has other tensors: encoder\.layer\.0\.extra\.weight\. Install a newer/,
    );
  });
});
