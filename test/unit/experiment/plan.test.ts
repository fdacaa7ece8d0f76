import { describe, expect, it, test } from 'vitest';
import { gridPoints } from '#experiment/plan/make-points.ts';
import { parsePlanFile } from '#experiment/plan/plan-file.ts';
import { parseSeeds } from '#experiment/plan/seeds.ts';

test.each([
  ['1..3', [1, 2, 3]],
  ['7', [7]],
  ['1,4,2', [1, 4, 2]],
  ['1..2,10', [1, 2, 10]],
])('seeds %s', (text, seeds) => {
  expect(parseSeeds(text, '--seeds')).toEqual(seeds);
});

test.each(['', 'a', '3..1', '1,1', '1..2..3', '-1', '1.5', '1..100000', `${2 ** 60}`])(
  'text that is no list of seeds is refused: %s',
  (text) => {
    expect(() => parseSeeds(text, '--seeds')).toThrow(expect.objectContaining({ kind: 'config' }));
  },
);

describe('the points of a grid', () => {
  const grid = {
    variants: [
      { name: 'even', settings: {} },
      { name: 'uneven', settings: { data: { partition: { kind: 'dirichlet' } } } },
    ],
    contenders: [
      { name: 'a', settings: {} },
      { name: 'b, q0 = 0', settings: {} },
    ],
    sweeps: [{ path: 'training.devices', values: [5, 10] }],
    sweepMode: 'grid',
  } as const;

  it('are every variant with every contender and value', () => {
    const points = gridPoints(grid);
    expect(points.map(({ name }) => name)).toEqual([
      '01-even-a-devices-5',
      '02-even-a-devices-10',
      '03-even-b-q0-0-devices-5',
      '04-even-b-q0-0-devices-10',
      '05-uneven-a-devices-5',
      '06-uneven-a-devices-10',
      '07-uneven-b-q0-0-devices-5',
      '08-uneven-b-q0-0-devices-10',
    ]);
    expect(points[5]).toMatchObject({
      variant: 'uneven',
      contender: 'a',
      varied: { 'training.devices': 10 },
      sweptSettings: { training: { devices: 10 } },
    });
  });

  it('are one point without variants, contenders and sweeps', () => {
    const single = gridPoints({ variants: [], contenders: [], sweeps: [], sweepMode: 'grid' });
    expect(single.map(({ name }) => name)).toEqual(['01-as-set']);
  });
});

describe('a plan file', () => {
  it('may leave everything out', () => {
    expect(parsePlanFile({}, 'plan.yaml')).toMatchObject({ presets: [], variants: [], seeds: undefined });
  });

  it('names unknown fields', () => {
    expect(() => parsePlanFile({ contenderss: {} }, 'plan.yaml')).toThrow(
      expect.objectContaining({ line: expect.stringContaining('Did you mean contenders?') }),
    );
  });

  it.each([{ seeds: '1..x' }, { seeds: [] }, { sweep: { 'a.b': [] } }, { variants: { '': {} } }, 3])(
    'that is wrong is refused: %j',
    (plan) => {
      expect(() => parsePlanFile(plan, 'plan.yaml')).toThrow(expect.objectContaining({ kind: 'config' }));
    },
  );
});
