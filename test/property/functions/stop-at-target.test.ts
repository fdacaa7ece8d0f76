import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineFactory } from '#functions/encoder/encoder-material.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { selectTfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { trainedState } from '#test/support/final-state.ts';
import { simulateRun } from '#test/support/run-simulation.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { prepareTinyRun, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

const RATES = { kill: 0.012, error: 0.005, duplicate: 0.08, redeliver: 0.03, delay: 0.08, shuffle: 0.2 };
const NO_FAULTS = { seed: 0, rates: {}, maxFaults: 0 };
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

const folder = sharedScratchFolder(tinyModelAndData());
const training = { devices: 3, rounds: 6, batchSize: 2, evaluateEvery: 2, graceSeconds: 36_000 };
const changed = (more: Readonly<Record<string, unknown>>): RunConfig =>
  tinyConfig(folder, {
    head: { learningRate: 0.2, schedule: { kind: 'linear', warmUpRounds: 1 }, clipNorm: 0.5 },
    training: { ...training, ...more },
  });

let engine: EncoderEngine;
const createEngine: EngineFactory = async (server, settings) => {
  engine ??= await createTfjsEngine(server, {
    features: settings.model.features,
    lora: settings.lora,
    backend: 'wasm',
  });
  return { ...engine, fillTokens: 100, dispose: async () => {} };
};
/** The run with a target that its test after four rounds reaches, and no earlier one. */
let config: RunConfig;
let expected: Readonly<Record<string, string>>;

beforeAll(async () => {
  // Loaded before the simulation, whose tasks may not wait for anything but their own computation.
  await selectTfjsBackend('wasm');
  const objects = new MemoryObjectStore();
  const whole = await prepareTinyRun(objects, changed({}));
  const { follower } = await simulateRun(objects, whole, NO_FAULTS, createEngine);
  const [, second, fourth] = follower.evaluations;
  // The first rounds of this seed lower the loss of the test.
  expect(fourth.loss).toBeLessThan(second.loss);
  config = changed({ stopAt: { metric: 'loss', value: fourth.loss } });
  const stopped = await prepareTinyRun(objects, config);
  await simulateRun(objects, stopped, NO_FAULTS, createEngine);
  expected = await trainedState(objects, stopped.run);
});
afterAll(() => engine?.dispose());

test('a run with a target stores nothing after the round whose test reaches it', () => {
  const checkpoints = Object.keys(expected).filter((key) => key.startsWith('checkpoints/'));
  expect(checkpoints).toHaveLength(5);
});

test.each(SEEDS)('ends after the same round with the same bytes, whatever happens: seed %i', async (seed) => {
  const objects = new MemoryObjectStore();
  const record = await prepareTinyRun(objects, config);
  const faults = { seed, rates: RATES, maxFaults: 25, maxDelayMs: 20_000 };
  const resumedAtMs = seed % 3 === 0 ? 4000 * seed : undefined;
  const { follower, plan, deadLetters } = await simulateRun(
    objects,
    record,
    faults,
    createEngine,
    resumedAtMs,
  );
  expect(follower.commits, String(plan)).toHaveLength(4);
  expect(deadLetters, String(plan)).toEqual([]);
  expect(await trainedState(objects, record.run), String(plan)).toEqual(expected);
});
