import { describe, expect, it } from 'vitest';
import { settingsAt } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { countPoints, makePoints, shortLabelOf } from '#study/points/points.ts';
import { parseSweep } from '#study/points/sweep.ts';
import { STUDY_PRESETS } from '#study/presets.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { RENAMED_STUDY_SETTINGS } from '#study/settings/study-schema.ts';

function lineOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigError) return error.line;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('parseSweep', () => {
  it('reads numbers, names, lists and objects', () => {
    expect(parseSweep('channel.bandwidthHz=5e6,1.0e+7,20000000')).toEqual({
      path: 'channel.bandwidthHz',
      values: [5e6, 1e7, 2e7],
    });
    expect(parseSweep('scheduling.policy=exact,all-in').values).toEqual(['exact', 'all-in']);
    expect(
      parseSweep('scheduling.controlV={kind: constant, initialV: 1},{kind: constant, initialV: 2}').values,
    ).toEqual([
      { kind: 'constant', initialV: 1 },
      { kind: 'constant', initialV: 2 },
    ]);
  });

  it('refuses a sweep without a path, without values, or with one value twice', () => {
    expect(lineOf(() => parseSweep('1,2,3'))).toContain('path=v1,v2');
    expect(lineOf(() => parseSweep('rounds='))).toContain('rounds has no values');
    expect(lineOf(() => parseSweep('rounds=3,4,3'))).toContain('rounds has 3 twice');
  });
});

describe('points', () => {
  const sweeps = [
    { path: 'training.devices', values: [10, 20] },
    { path: 'cloud.device.memoryMegabytes', values: [512, 1024] },
  ];

  it('of a grid are every combination, the last sweep varying fastest', () => {
    const points = makePoints({ training: { rounds: 7 } }, sweeps, 'grid');
    expect(
      points.map(({ settings }) => [settings.training.devices, settings.cloud.device.memoryMegabytes]),
    ).toEqual([
      [10, 512],
      [10, 1024],
      [20, 512],
      [20, 1024],
    ]);
    expect(points.every(({ settings }) => settings.training.rounds === 7)).toBe(true);
    expect(points[2].varied).toEqual({ 'training.devices': 20, 'cloud.device.memoryMegabytes': 512 });
  });

  it('of a list go first with first, and the lists must be equally long', () => {
    const points = makePoints({}, sweeps, 'list');
    expect(points.map(({ varied }) => Object.values(varied))).toEqual([
      [10, 512],
      [20, 1024],
    ]);
    expect(
      lineOf(() => countPoints([...sweeps, { path: 'training.rounds', values: [1] }], 'list')),
    ).toContain('1 (training.rounds)');
  });

  it('without sweeps are one', () => {
    expect(makePoints({}, [], 'grid')).toHaveLength(1);
    expect(makePoints({}, [], 'list')).toHaveLength(1);
  });

  it('are counted without being made', () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    const paths = ['seed', 'training.devices', 'training.rounds'];
    expect(
      countPoints(
        paths.map((path) => ({ path, values })),
        'grid',
      ),
    ).toBe(1e9);
  });

  it('have short names that no two share', () => {
    const names = [20e6, 20_000_001, 9999, 0.5].map((value) =>
      shortLabelOf({ 'channel.bandwidthHz': value }),
    );
    expect(names).toEqual([
      'bandwidthHz 20M',
      'bandwidthHz 20.000001M',
      'bandwidthHz 9999',
      'bandwidthHz 0.5',
    ]);
  });

  it('that are invalid are named with their fault', () => {
    const line = lineOf(() =>
      makePoints({}, [{ path: 'cloud.queue.sendLatencyMs', values: [1, -2] }], 'grid'),
    );
    expect(line).toContain('point 2 (cloud.queue.sendLatencyMs=-2)');
    expect(lineOf(() => makePoints({}, [...sweeps, ...sweeps], 'grid'))).toContain('devices is swept twice');
  });
});

describe('the settings of a study', () => {
  it('name the nearest setting to an unknown one', () => {
    expect(lineOf(() => parseStudy({ cloud: { queue: { visibilitySecond: 3 } } }, 'settings'))).toContain(
      'Did you mean cloud.queue.visibilitySeconds?',
    );
    expect(lineOf(() => parseStudy({ chanel: { bandwidthHz: 1 } }, 'settings'))).toContain(
      'Did you mean channel?',
    );
  });

  it('refuse functions that could never run', () => {
    expect(lineOf(() => parseStudy({ cloud: { device: { reservedConcurrency: 0 } } }, 's'))).toContain(
      'cloud.device.reservedConcurrency',
    );
    const cloud = { platform: { accountConcurrency: 10 }, device: { reservedConcurrency: 10 } };
    expect(lineOf(() => parseStudy({ cloud }, 's'))).toContain(
      'cloud.platform.accountConcurrency is 10: it must be at least the concurrency that functions reserve',
    );
  });

  it.each(Object.entries(RENAMED_STUDY_SETTINGS))(
    'that were called %s are refused with their name now, %s',
    (old, now) => {
      expect(lineOf(() => parseStudy(settingsAt(old, 3), 'study.yaml'))).toBe(
        `study.yaml: unknown setting ${old}. It is called ${now} now.`,
      );
    },
  );

  it('take the sizes of a model directory, and tokens of images', () => {
    const sizes = { hiddenSize: 64, intermediateSize: 128, layerCount: 3, imageTokens: 17 };
    const settings = parseStudy({ model: { directory: 'm' } }, 's', { m: sizes });
    expect(settings.model).toMatchObject({ hiddenSize: 64, intermediateSize: 128, layerCount: 3 });
    expect(settings.data.maxTokens).toBe(17);
    const twice = { model: { directory: 'm', layerCount: 4 } };
    expect(lineOf(() => parseStudy(twice, 's', { m: sizes }))).toContain(
      'model.layerCount is given in addition',
    );
  });
});

describe('presets', () => {
  for (const [name, preset] of Object.entries(STUDY_PRESETS)) {
    it(`${name} has a description of two sentences, and all its points can be run`, () => {
      expect(preset.description.match(/[.](\s|$)/g)).toHaveLength(2);
      expect(makePoints(preset.settings, preset.sweeps, preset.sweepMode).length).toBeGreaterThan(1);
    });
  }
});
