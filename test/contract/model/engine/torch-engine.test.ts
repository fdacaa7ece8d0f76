import { describe, test } from 'vitest';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { torchCardHost, torchHost } from '#test/support/torch-host.ts';
import { encoderEngineContract } from './encoder-engine.contract.ts';

const HOSTS = [
  ['torch', await torchHost()],
  ['torch on CUDA', await torchCardHost()],
] as const;

for (const [name, host] of HOSTS) {
  if (host === undefined) describe.skip(`the engine ${name}`, () => test('keeps the contract', () => {}));
  else {
    encoderEngineContract(name, (server, options) => createTorchEngine(server, { ...options, host }));
    encoderEngineContract(
      `${name}, batches joined`,
      (server, options) => createTorchEngine(server, { ...options, host, deterministic: false }),
      1e-4,
    );
  }
}
