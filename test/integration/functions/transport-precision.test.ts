import { expect, test } from 'vitest';
import { readHeader } from '#shared/model/safetensors/header.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { totalPayloadBits } from '#shared/protocol/run-record.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { type FinishedVirtualRun, virtualRun } from '#test/support/virtual-run.ts';

const folder = sharedScratchFolder(tinyModelAndData());
const DEVICES = 3;
const [BATCH, TOKENS, HIDDEN] = [2, 8, 8];

/** A run in which every payload is a stored object, so that the test can read it. */
const runIn = (bitsPerValue: 32 | 16 | 8): Promise<FinishedVirtualRun> =>
  virtualRun(tinyConfig(folder, { transport: { bitsPerValue, inlineBytes: 0 } }));

const single = await runIn(32);

/** Types of a payload's tensors by name. */
async function storedTypes(
  { objects, record }: FinishedVirtualRun,
  device: number,
  kind: 'embeddings' | 'features' | 'gradients',
): Promise<Readonly<Record<string, string>>> {
  const bytes = (await objects.get(runKeys.payload(record.run, 0, device, kind))) ?? new Uint8Array();
  const { entries } = readHeader(bytes, bytes.length, kind);
  return Object.fromEntries(entries.map(({ name, type }) => [name, type]));
}

test.each([
  [16, { embeddings: 'F16' }, { features: 'F16' }, { gradients: 'F16' }],
  [
    8,
    { embeddings: 'I8', 'embeddings.scale': 'F32' },
    { features: 'I8', 'features.scale': 'F32' },
    { gradients: 'I8', 'gradients.scale': 'F32' },
  ],
] as const)(
  '%i bits are what really travels, from the first round to the last',
  async (bits, embeddings, features, gradients) => {
    const run = await runIn(bits);
    expect(run.follower.finished).toBe(true);
    const [device] = run.follower.commits[0].answered;
    expect(await storedTypes(run, device, 'embeddings')).toEqual({ ...embeddings, lengths: 'I32' });
    expect(await storedTypes(run, device, 'features')).toEqual(features);
    expect(await storedTypes(run, device, 'gradients')).toEqual(gradients);
    expect(run.follower.commits).toHaveLength(single.follower.commits.length);
  },
);

test('payloads in 16 or 8 bits change the losses only slightly', async () => {
  const allIn = (bitsPerValue: 32 | 16 | 8) =>
    virtualRun(tinyConfig(folder, { transport: { bitsPerValue }, scheduling: { policy: 'all-in' } }));
  const lossesOf = ({ follower }: FinishedVirtualRun): readonly number[] =>
    follower.commits.map(({ answered, trainLoss }) => {
      expect(answered).toHaveLength(DEVICES);
      return trainLoss ?? Number.NaN;
    });
  const exact = lossesOf(await allIn(32));
  for (const [bits, tolerance] of [
    [16, 0.002],
    [8, 0.02],
  ] as const) {
    const rounded = lossesOf(await allIn(bits));
    expect(rounded).not.toEqual(exact);
    rounded.forEach((loss, round) => {
      expect(Math.abs(loss - exact[round]) / exact[round]).toBeLessThan(tolerance);
    });
  }
});

test('L is the size of the payloads: a half with 16 bits, a quarter plus the scales with 8', async () => {
  const values = BATCH * TOKENS * HIDDEN + 2 * BATCH * HIDDEN;
  const rows = BATCH * TOKENS + 2 * BATCH;
  expect(totalPayloadBits(single.record)).toBe(32 * values);
  expect(totalPayloadBits((await runIn(16)).record)).toBe(16 * values);
  expect(totalPayloadBits((await runIn(8)).record)).toBe(8 * values + 32 * rows);
});
