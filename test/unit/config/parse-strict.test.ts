import { describe, expect, test } from 'vitest';
import { mergeSettings, type RawSettings, settingsAt } from '#shared/config/merge-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { requireSettingNames } from '#shared/config/setting-names.ts';
import { splitSettings } from '#shared/config/unused-settings.ts';
import { studySchema } from '#study/settings/study-schema.ts';
import { thrownLine } from '#test/support/thrown.ts';

const COMPLETE = { model: { directory: 'm' }, data: { directory: 'd' } };
const lineFor = (path: string, value: unknown) =>
  thrownLine(() =>
    parseStrict(runConfigSchema, mergeSettings(COMPLETE, settingsAt(path, value)), 'run.yaml'),
  );

test('DoRA is refused with weights in a format that it does not work with', () => {
  const settings = { ...COMPLETE, lora: { dora: true }, server: { engine: 'torch', precision: 'nf4' } };
  expect(thrownLine(() => parseStrict(runConfigSchema, settings, 'run.yaml'))).toContain(
    "lora.dora needs the lengths of the frozen weights' rows, which server.precision=nf4 does not keep",
  );
});

describe('a setting that cannot be is refused with its path and the value that was given', () => {
  test.each<[string, unknown, string]>([
    ['training.rounds', -3, 'training.rounds is -3: it must be above 0.'],
    ['training.rounds', 1.5, 'training.rounds is 1.5: it must be a whole number.'],
    ['seed', 'x', 'seed is "x": it must be a finite number.'],
    ['seed', 2 ** 53 - 1, 'seed is 9007199254740991: it must be at most 4503599627370496.'],
    ['scheduling.policy', 'exat', 'scheduling.policy is "exat": it must be one of set-expansion, exact,'],
    ['scheduling.policy', 'exat', 'Did you mean exact?'],
    ['channel.fading.kind', 'rayleig', 'Did you mean rayleigh?'],
    ['lora.targets', [], 'lora.targets has 0 entries: it must have at least 1.'],
    [
      'device.computeSeconds',
      { kind: 'uniform', leastSeconds: -1, mostSeconds: 1 },
      'device.computeSeconds.leastSeconds is -1: it must be at least 0.',
    ],
    [
      'device.computeSeconds',
      { kind: 'uniform', from: 0, mostSeconds: 1 },
      'unknown setting device.computeSeconds.from. Remove it.',
    ],
    ['lora.targets', [''], 'lora.targets.0 '],
    ['lora', { dora: 'yes' }, 'lora.dora is "yes"'],
    ['model.features', 'last-tokn', 'Did you mean last-token?'],
    ['lora.rankPattern', { query: 0 }, 'lora.rankPattern.query is 0: it must be'],
    ['channel.powerDbm', [20, 'x'], 'channel.powerDbm.1 is "x": it must be a finite number.'],
    ['channel.powerDbm', [20, 30], 'channel.powerDbm has 2 entries for 20 devices.'],
    [
      'channel.fading',
      { kind: 'rayleigh', correlation: 1 },
      'channel.fading.correlation is 1: it must be below 1.',
    ],
    [
      'channel.placement',
      { kind: 'ring', innerRadiusMetres: 9, outerRadiusMetres: 5 },
      'channel.placement.innerRadiusMetres is 9: it must be below outerRadiusMetres.',
    ],
    [
      'channel.placement',
      { kind: 'positions', positionsMetres: [[1, 2]] },
      'channel.placement.positionsMetres has 1 entries for 20 devices.',
    ],
    [
      'channel',
      { noiseWattsPerHz: 1e-20, noiseDbmPerHz: -170 },
      'channel.noiseWattsPerHz is given beside noiseDbmPerHz',
    ],
    [
      'scheduling.controlV',
      { kind: 'list', values: [1, 2, 3] },
      'scheduling.controlV.values.1 is 2: it must not be above the 1 of the round before: V never rises.',
    ],
    [
      'scheduling.delayBudget',
      { secondsPerRound: 1, secondsPerBit: 1e-7 },
      'scheduling.delayBudget.secondsPerRound is given beside secondsPerBit',
    ],
    ['scheduling.minimumDevices', 21, 'it must not be above the number of devices, 20.'],
    ['data.directory', '', 'data.directory is empty.'],
    ['server.deterministic', 'yes', 'server.deterministic is "yes": it must be true or false.'],
    ['training.roundz', 3, 'unknown setting training.roundz. Did you mean training.rounds?'],
  ])('%s = %j', (path, value, words) => {
    const line = lineFor(path, value);
    expect(line).toMatch(/^run\.yaml: /);
    expect(line).toContain(words);
  });

  test('and at most 200 characters of a value', () => {
    const long = 'x'.repeat(100_000);
    const quotedIn = (line: string): number =>
      Math.max(...[...line.matchAll(/x+/g)].map(([run]) => run.length));
    expect(quotedIn(lineFor('scheduling.policy', long))).toBeLessThanOrEqual(200);
    expect(quotedIn(lineFor(long, 1))).toBeLessThanOrEqual(200);
  });
});

describe('names of settings from outside', () => {
  test.each(['__proto__.x', 'constructor.x', 'a.prototype', 'a..b', `${'a.'.repeat(9000)}b`])(
    '%s',
    (path) => {
      const line = thrownLine(() => requireSettingNames(settingsAt(path, 1), '--set'));
      expect(line).toMatch(/^--set: (unknown setting|settings are nested)/);
      expect(line.length).toBeLessThan(200);
      expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
    },
  );

  test('in a parsed file are own names only', () => {
    const parsed: unknown = JSON.parse('{"training": {"__proto__": {"rounds": 3}}}');
    expect(thrownLine(() => requireSettingNames(parsed, 'run.json'))).toContain('training.__proto__');
  });
});

describe('layers of settings', () => {
  test('another kind, or another unit, replaces the lower layer; the given layers do not change', () => {
    const below = {
      channel: { powerDbm: 23, fading: { kind: 'rician', kFactorDb: 3 } },
      scheduling: { delayBudget: { secondsPerBit: 1e-7 } },
      model: { hiddenSize: 768, layerCount: 12 },
    };
    const before = structuredClone(below);
    const above = {
      channel: { powerWatts: 0.1, fading: { kind: 'none' } },
      scheduling: { delayBudget: { secondsPerRound: 2 } },
      model: { directory: 'm' },
    };
    expect(mergeSettings(below, above)).toEqual(above);
    expect(below).toEqual(before);
  });
});

describe('one file for run and study', () => {
  const file = {
    ...COMPLETE,
    server: { engine: 'onnx' },
    training: { devices: 30, evaluateEvery: 5 },
    cloud: { store: { getLatencyMs: 4 } },
  };
  const split = (given: RawSettings) => splitSettings(given, studySchema, [runConfigSchema], () => 'file');

  test('leaves out and lists the settings that the command does not use', () => {
    const { used, unused } = split(file);
    expect(unused).toEqual(['data.directory', 'server.engine', 'training.evaluateEvery']);
    expect(used).toEqual({
      model: { directory: 'm' },
      data: {},
      server: {},
      training: { devices: 30 },
      cloud: { store: { getLatencyMs: 4 } },
    });
    const forRun = splitSettings(file, runConfigSchema, [studySchema], () => 'file');
    expect(forRun.unused).toEqual(['cloud']);
    expect(parseStrict(runConfigSchema, forRun.used, 'file').training.devices).toBe(30);
  });

  test('checks the settings that it leaves out, and keeps unknown names, which are then refused', () => {
    expect(thrownLine(() => split({ ...file, server: { engine: 'onxx' } }))).toMatch(
      /^file: server\.engine is "onxx".*Did you mean onnx\?/,
    );
    const mistyped = { ...file, cloud: { store: { getLatencyM: 4 } } };
    expect(thrownLine(() => splitSettings(mistyped, runConfigSchema, [studySchema], () => 'file'))).toBe(
      'file: unknown setting cloud.store.getLatencyM. Did you mean cloud.store.getLatencyMs?',
    );
  });
});

test.each([
  [{ metric: 'accuracy', value: 90 }, 'training.stopAt.value is 90: it must be at most 1 for accuracy'],
  [{ metric: 'loss', value: -0.1 }, 'training.stopAt.value is -0.1: it must be at least 0 for loss'],
])('refuses the target %j, which no test can reach', (target, line) => {
  expect(lineFor('training.stopAt', target)).toContain(line);
});
