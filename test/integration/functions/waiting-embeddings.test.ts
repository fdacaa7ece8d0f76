import { describe, expect, it } from 'vitest';
import { createDeviceFunction } from '#functions/device/device-function.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { trainedState } from '#test/support/final-state.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { type VirtualRunChanges, virtualRun } from '#test/support/virtual-run.ts';

const DEVICES = 6;
const folder = sharedScratchFolder(tinyModelAndData());

const configWith = (rounds: number) =>
  tinyConfig(folder, {
    training: { devices: DEVICES, rounds, batchSize: 2, evaluateEvery: rounds, graceSeconds: 60 },
    scheduling: { policy: 'all-in' },
  });

/**
 * A run, the number of mini-batches in each forward pass of its encoder, and the tokens of the largest pass.
 */
async function watchedRun(rounds: number, changes: VirtualRunChanges) {
  const sizes: number[] = [];
  let largestTokens = 0;
  const run = await virtualRun(configWith(rounds), {
    ...changes,
    wrapEngine: (engine) => ({
      ...engine,
      forwardBatched: (batches, lora) => {
        sizes.push(batches.length);
        const tokens = batches.reduce(
          (sum, { embeddings }) => sum + embeddings.shape[0] * embeddings.shape[1],
          0,
        );
        largestTokens = Math.max(largestTokens, tokens);
        return engine.forwardBatched(batches, lora);
      },
    }),
  });
  return { ...run, sizes, largestTokens };
}

/** A device function in which one device stores an invalid mini-batch. */
function spoilingFunction(ports: FunctionPorts, spoiled: number): BatchWork {
  const suffix = runKeys.payload('', 0, spoiled, 'embeddings').split('/').slice(-2).join('/');
  return createDeviceFunction({
    ...ports,
    objects: {
      ...ports.objects,
      putIfAbsent: (key, bytes) =>
        ports.objects.putIfAbsent(key, key.endsWith(suffix) ? bytes.slice(0, 5) : bytes),
    },
  });
}

describe('embeddings that wait for the encoder', () => {
  it('run as one batch, and leave the bytes that they leave one by one', async () => {
    const together = await watchedRun(3, {});
    const apart = await watchedRun(3, { batchTokens: 1 });
    expect(Math.max(...together.sizes)).toBeGreaterThan(1);
    expect(apart.sizes).toEqual(Array.from({ length: 3 * DEVICES }, () => 1));
    const state = (run: typeof apart) => trainedState(run.objects, run.record.run);
    expect(await state(together)).toEqual(await state(apart));
  });

  it('are gathered up to the tokens that fill the engine', async () => {
    const { sizes, largestTokens } = await watchedRun(2, { batchTokens: 40 });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2 * DEVICES);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(largestTokens).toBeLessThanOrEqual(40);
  });

  it('do not suffer from one among them that cannot be read', async () => {
    const deadLetters: string[] = [];
    const { follower, record, objects } = await watchedRun(1, {
      wrap: (name, create) => (name === 'device' ? (ports) => spoilingFunction(ports, 4) : create),
      listener: (name, { body }) => {
        if (name === 'dead-letter') deadLetters.push(String(body));
      },
    });
    expect(follower.commits[0].answered).toEqual([0, 1, 2, 3, 5]);
    expect(deadLetters).toHaveLength(1);
    expect(deadLetters[0]).toContain('encoder.embeddings');
    expect(await objects.get(runKeys.answer(record.run, 0, 4))).toBeUndefined();
  });
});
