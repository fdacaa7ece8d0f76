import { describe, expect, test } from 'vitest';
import { advise } from '#experiment/advise/advise.ts';
import { KNOBS } from '#experiment/advise/knobs.ts';
import { adviceSchema } from '#shared/protocol/advice-result.ts';
import { makePoints } from '#study/points/points.ts';
import { findStudyPreset } from '#study/presets.ts';

/** The accelerators of the study of a shortage of them, with this many reads ahead. */
function shortage(replicas: readonly number[], requestsInParallel: number) {
  const { settings } = findStudyPreset('gpu-shortage');
  const sweeps = ['minimumReplicas', 'maximumReplicas'].map((name) => ({
    path: `cloud.encoder.${name}`,
    values: replicas,
  }));
  const training = { devices: 500, rounds: 1 };
  return makePoints({ ...settings, training, server: { requestsInParallel } }, sweeps, 'list');
}

const options = { seeds: 1, threads: 2, knobs: KNOBS };

describe('a shortage of accelerators whose encoder reads one object at a time', () => {
  test('is mended by parallel reads first, in time and in dollars; then by accelerators', async () => {
    const advice = await advise(shortage([1, 4, 16], 1), options);
    expect(adviceSchema.parse(JSON.parse(JSON.stringify(advice)))).toEqual(advice);
    for (const { byTime, byDollars } of advice.points) {
      expect(byTime.slice(0, 2)).toEqual(['parallel reads', 'accelerators x 2']);
      expect(byDollars[0]).toBe('parallel reads');
    }
  });

  test('is mended by accelerators first where reads are parallel already', async () => {
    const { points } = await advise(shortage([1], 32), options);
    expect(points[0].byTime[0]).toBe('accelerators x 2');
  });
});

test('a change that alters the learning is not ranked with the others', async () => {
  const points = makePoints({ training: { devices: 30, rounds: 1 } }, [], 'grid');
  const [{ changes, byTime, byDollars }] = (await advise(points, options)).points;
  const altering = changes.filter(({ sameLearning }) => !sameLearning).map(({ knob }) => knob);
  expect(altering).toContain('8 bits a value');
  expect([...byTime, ...byDollars].filter((knob) => altering.includes(knob))).toEqual([]);
  expect(changes.find(({ knob }) => knob === '8 bits a value')?.sentence).toMatch(
    /^Sending 8 bits for each value instead of 32: a round is .* shorter .*, so training may need another number of rounds\.$/,
  );
});
