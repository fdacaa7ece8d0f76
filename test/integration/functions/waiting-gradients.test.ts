import { describe, expect, it } from 'vitest';
import { createDeviceFunction } from '#functions/device/device-function.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { trainedState } from '#test/support/final-state.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { type VirtualRunChanges, virtualRun } from '#test/support/virtual-run.ts';

const DEVICES = 6;
const folder = sharedScratchFolder(tinyModelAndData());

const configWith = (rounds: number, server: object = {}) =>
  tinyConfig(folder, {
    training: { devices: DEVICES, rounds, batchSize: 2, evaluateEvery: rounds, graceSeconds: 60 },
    scheduling: { policy: 'all-in' },
    // Every payload is a separate object, which the test can damage.
    transport: { inlineBytes: 0 },
    server,
  });

/** A run, the number of passes in each backward call, and the number of forward passes never released. */
async function watchedRun(config: ReturnType<typeof configWith>, changes: VirtualRunChanges = {}) {
  const sizes: number[] = [];
  let retained = 0;
  const run = await virtualRun(config, {
    ...changes,
    wrapEngine: (engine) => ({
      ...engine,
      forwardBatched: async (batches, lora) => {
        const passes = await engine.forwardBatched(batches, lora);
        retained += passes.length;
        return passes.map((pass) => ({
          features: pass.features,
          retainedBytes: pass.retainedBytes,
          backward: (gradient) => pass.backward(gradient),
          release() {
            retained -= 1;
            pass.release();
          },
        }));
      },
      backwardBatched: (passes) => {
        sizes.push(passes.length);
        return engine.backwardBatched(passes);
      },
    }),
  });
  return { ...run, sizes, retained };
}

const stateOf = ({ objects, record }: Awaited<ReturnType<typeof watchedRun>>) =>
  trainedState(objects, record.run);

describe('gradients that wait for the encoder', () => {
  it('run backward together, and leave the bytes that they leave one by one', async () => {
    const together = await watchedRun(configWith(3));
    const apart = await watchedRun(configWith(3), { batchTokens: 1 });
    expect(Math.max(...together.sizes)).toBeGreaterThan(1);
    expect(apart.sizes).toEqual(Array.from({ length: 3 * DEVICES }, () => 1));
    expect(together.sizes.reduce((sum, size) => sum + size, 0)).toBe(3 * DEVICES);
    expect(await stateOf(together)).toEqual(await stateOf(apart));
    expect([together.retained, apart.retained]).toEqual([0, 0]);
  });

  it('are computed one by one where the activations were released', async () => {
    const roomy = await watchedRun(configWith(2));
    const tight = await watchedRun(configWith(2, { activationBudgetMiB: 1e-6 }));
    expect(tight.sizes).toEqual(Array.from({ length: 2 * DEVICES }, () => 1));
    expect(await stateOf(tight)).toEqual(await stateOf(roomy));
    expect(tight.retained).toBe(0);
  });

  it('do not suffer from one among them that cannot be read', async () => {
    const suffix = runKeys.payload('', 0, 4, 'gradients').split('/').slice(-2).join('/');
    const deadLetters: string[] = [];
    const run = await watchedRun(configWith(1), {
      wrap: (name, create) =>
        name !== 'device'
          ? create
          : (ports) =>
              createDeviceFunction({
                ...ports,
                objects: {
                  ...ports.objects,
                  putIfAbsent: (key, bytes) =>
                    ports.objects.putIfAbsent(key, key.endsWith(suffix) ? bytes.slice(0, 5) : bytes),
                },
              }),
      listener: (name, { body }) => {
        if (name === 'dead-letter') deadLetters.push(String(body));
      },
    });
    expect(run.follower.commits[0].answered).toEqual([0, 1, 2, 3, 5]);
    expect(deadLetters).toHaveLength(1);
    expect(deadLetters[0]).toContain('encoder.gradients');
    expect(run.retained).toBe(0);
  });
});
