import { describe, test } from 'vitest';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { torchHost } from '#test/support/torch-host.ts';
import { encoderEngineContract } from './encoder-engine.contract.ts';

const host = await torchHost();

if (host === undefined) describe.skip('the engine torch', () => test('keeps the contract', () => {}));
else {
  encoderEngineContract('torch', (server, options) => createTorchEngine(server, { ...options, host }));
  encoderEngineContract(
    'torch, batches joined',
    (server, options) => createTorchEngine(server, { ...options, host, deterministic: false }),
    1e-4,
  );
}
