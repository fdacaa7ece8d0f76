import { expect, test } from 'vitest';
import { selectTfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';

test('two engines that start at once in one process get the same backend', async () => {
  const wasm = { backend: 'wasm', note: '' };
  expect(await Promise.all([selectTfjsBackend('wasm'), selectTfjsBackend('wasm')])).toEqual([wasm, wasm]);
});
