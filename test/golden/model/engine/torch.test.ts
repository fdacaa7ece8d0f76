import { describe, it } from 'vitest';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { describeAgainstPytorch, type MakeEngine } from '#test/golden/model/pytorch-suite.ts';
import { torchCardHost, torchHost } from '#test/support/torch-host.ts';
import { describeViTAgainstPytorch } from './vit-suite.ts';

const HOSTS = [
  ['the torch engine', await torchHost()],
  ['the torch engine on CUDA', await torchCardHost()],
] as const;

for (const [name, host] of HOSTS) {
  if (host === undefined) describe.skip(name, () => it('agrees with PyTorch', () => {}));
  else {
    const makeEngine: MakeEngine = (server, options) => createTorchEngine(server, { ...options, host });
    describeAgainstPytorch(name, makeEngine);
    describeViTAgainstPytorch(name, makeEngine);
  }
}
