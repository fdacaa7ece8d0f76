import { describe, expect, it } from 'vitest';
import { scoreHeads } from '#functions/encoder/score-heads.ts';
import type { Head } from '#shared/model/head/head.ts';
import { tensor } from '#shared/model/tensor.ts';

/** A head that gives every example this label. */
const always = (label: number): Head => ({
  settings: { kind: 'linear' },
  parameters: new Map([
    ['weight', tensor([3, 1], new Float32Array(3))],
    [
      'bias',
      tensor(
        [3],
        Float32Array.from([0, 1, 2], (other) => (other === label ? 1 : 0)),
      ),
    ],
  ]),
});
/** Four examples of the test set, with labels 0 and 1. */
const features = tensor([4, 1], new Float32Array(4));
const labels = Int32Array.of(0, 0, 0, 1);

describe('accuracy under own label mixes', () => {
  it("weights the labels of the test set by the device's mix of these labels", () => {
    const scores = scoreHeads(
      features,
      labels,
      [always(0), always(1)],
      [
        [1, 3, 9],
        [1, 3, 0],
      ],
    );
    expect(scores).toMatchObject({ ownMixDevices: 2, ownMixAccuracy: (0.25 + 0.75) / 2, ownMixChance: 0.75 });
  });

  it('leaves out devices that hold no label of the test set, and says how many are left', () => {
    const scores = scoreHeads(
      features,
      labels,
      [always(0), always(2)],
      [
        [2, 0, 1],
        [0, 0, 5],
      ],
    );
    expect(scores).toMatchObject({ ownMixDevices: 1, ownMixAccuracy: 1, ownMixChance: 1 });
  });

  it('is absent when no device holds a label of the test set', () => {
    const scores = scoreHeads(
      features,
      labels,
      [always(2), always(2)],
      [
        [0, 0, 1],
        [0, 0, 5],
      ],
    );
    expect(scores).toMatchObject({ ownMixDevices: 0, ownMixAccuracy: null, ownMixChance: null, accuracy: 0 });
  });
});
