import { describe, it } from 'vitest';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { describeAgainstPytorch, type MakeEngine } from '#test/golden/model/pytorch-suite.ts';
import { torchHost } from '#test/support/torch-host.ts';
import { describeViTAgainstPytorch } from './vit-suite.ts';

const NAME = 'the torch engine';
const host = await torchHost();

if (host === undefined) describe.skip(NAME, () => it('agrees with PyTorch', () => {}));
else {
  const makeEngine: MakeEngine = (server, options) => createTorchEngine(server, { ...options, host });
  describeAgainstPytorch(NAME, makeEngine);
  describeViTAgainstPytorch(NAME, makeEngine);
}
