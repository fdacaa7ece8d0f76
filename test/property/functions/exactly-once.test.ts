import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineFactory } from '#functions/encoder/encoder-material.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { selectTfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import type { FaultSettings } from '#test/support/faults/fault-plan.ts';
import { trainedState } from '#test/support/final-state.ts';
import { inputCount } from '#test/support/input-count.ts';
import { simulateRun } from '#test/support/run-simulation.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { prepareTinyRun, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

/** Number of seeds to try, and the first one; AIRTUNE_FAULT_SEED tries only that seed. */
const SEEDS = Number(process.env.AIRTUNE_FAULT_SEEDS ?? inputCount(200));
const OFFSET = Number(process.env.AIRTUNE_FAULT_OFFSET ?? 0);
const ONLY = process.env.AIRTUNE_FAULT_SEED;
const seeds =
  ONLY === undefined ? Array.from({ length: SEEDS }, (_, index) => OFFSET + index + 1) : [Number(ONLY)];

const RATES: FaultSettings['rates'] = {
  kill: 0.012,
  error: 0.005,
  duplicate: 0.08,
  redeliver: 0.03,
  delay: 0.08,
  shuffle: 0.2,
  stall: 0.01,
};

const config: RunConfig = tinyConfig(sharedScratchFolder(tinyModelAndData()));
let engine: EncoderEngine;
let expected: Readonly<Record<string, string>>;
/** One engine for all simulations. It batches waiting mini-batches, up to those of a few devices. */
const createEngine: EngineFactory = async () => ({ ...engine, fillTokens: 100, dispose: async () => {} });

beforeAll(async () => {
  // Loaded before the simulation, whose tasks may not wait for anything but their own computation: a module
  // that the test runner loads comes from another process.
  await selectTfjsBackend('wasm');
  const objects = new MemoryObjectStore();
  const record = await prepareTinyRun(objects, config);
  const keep: EngineFactory = async (server, settings) => {
    engine = await createTfjsEngine(server, {
      features: settings.model.features,
      lora: settings.lora,
      backend: 'wasm',
    });
    return createEngine(server, settings);
  };
  await simulateRun(objects, record, { seed: 0, rates: {}, maxFaults: 0 }, keep);
  expected = await trainedState(objects, record.run);
});
afterAll(() => engine?.dispose());

test('without faults every round leaves a checkpoint and the heads of those who took part', () => {
  const checkpoints = Object.keys(expected).filter((key) => key.startsWith('checkpoints/'));
  expect(checkpoints).toHaveLength(config.training.rounds + 1);
  expect(new Set(Object.values(expected)).size).toBeGreaterThan(config.training.rounds);
});

test.each(seeds)('the same bytes whatever is duplicated, reordered or killed: seed %i', async (seed) => {
  const objects = new MemoryObjectStore();
  const record = await prepareTinyRun(objects, config);
  const faults = { seed, rates: RATES, maxFaults: 25, maxDelayMs: 20_000, maxStallMs: 120_000 };
  // Every third run is resumed while messages of its first epoch are still in the queues.
  const resumedAtMs = seed % 3 === 0 ? 1000 * (seed % 60) : undefined;
  const { plan, follower, deadLetters } = await simulateRun(
    objects,
    record,
    faults,
    createEngine,
    resumedAtMs,
  );
  expect(
    follower.commits.map(({ answered }) => answered),
    String(plan),
  ).toEqual(follower.commits.map(({ selected }) => selected));
  expect(deadLetters, String(plan)).toEqual([]);
  expect(await trainedState(objects, record.run), String(plan)).toEqual(expected);
});
