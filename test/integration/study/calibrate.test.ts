import { describe, expect, it } from 'vitest';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { loggedSettingsSchema } from '#shared/protocol/log-events.ts';
import { byStage, STAGES } from '#shared/protocol/stages.ts';
import { calibrate } from '#study/calibration/calibrate.ts';
import { measuredResult } from '#study/calibration/measured-result.ts';
import type { MeasuredRun } from '#study/calibration/measured-run.ts';
import { compareStages, predictStages, worstError } from '#study/calibration/prediction.ts';
import { parseStudy } from '#study/settings/parse-study.ts';

/** Parameters that differ from the defaults: a slow network, a slow accelerator, fast devices. */
const OTHER_CLOUD = {
  queue: { receiveLatencyMs: 31 },
  store: { getLatencyMs: 4, putLatencyMs: 9, megabytesPerSecond: 20 },
  cost: {
    schedule: { fixedMs: 40 },
    embed: { fixedMs: 0.2, itemMs: 0.01 },
    forward: { fixedMs: 2, itemMs: 0.1, gigaflopsPerSecond: 300 },
    head: { fixedMs: 7 },
    backward: { fixedMs: 2, itemMs: 0.1, gigaflopsPerSecond: 150 },
  },
};

function measuredOn(cloud: object, changes: object = {}): MeasuredRun {
  const settings = {
    seed: 4,
    training: { devices: 9, rounds: 6 },
    scheduling: { policy: 'greedy' },
    channel: { bandwidthHz: 100e6 },
    ...changes,
  };
  const rounds = [1, 2, 3, 4, 5];
  return {
    name: 'made up',
    target: 'study',
    settings,
    rounds,
    batchTokens: undefined,
    stageSeconds: predictStages(parseStudy({ ...settings, cloud }, 'measured'), rounds),
  };
}

describe('calibrate', () => {
  it('finds a cloud with the measured time of every stage, from a very different start', () => {
    const run = measuredOn(OTHER_CLOUD);
    const before = compareStages(
      predictStages(parseStudy({ ...run.settings }, 'defaults'), run.rounds),
      run.stageSeconds,
    );
    expect(worstError(before)).toBeGreaterThan(0.5);
    const { worstError: after, totalError } = calibrate(run, cloudParameters.parse({}));
    expect(totalError).toBeLessThan(0.05);
    expect(after).toBeLessThan(0.2);
  });

  it('predicts another run of that machine: other devices, another seed, another policy', () => {
    const { cloud } = calibrate(measuredOn(OTHER_CLOUD), cloudParameters.parse({}));
    const other = measuredOn(OTHER_CLOUD, {
      seed: 9,
      training: { devices: 14, rounds: 6 },
      scheduling: { policy: 'equal-share' },
    });
    const predicted = predictStages(parseStudy({ ...other.settings, cloud }, 'other'), other.rounds);
    expect(worstError(compareStages(predicted, other.stageSeconds))).toBeLessThan(0.2);
  });

  it('does not change parameters that already fit', () => {
    const { cloud, totalError } = calibrate(measuredOn({}), cloudParameters.parse({}));
    expect(cloud).toEqual(cloudParameters.parse({}));
    expect(totalError).toBe(0);
  });
});

describe('a run to be predicted', () => {
  const result = {
    run: 'r',
    target: 'embedded',
    virtualTime: true,
    fillTokens: 0,
    config: loggedSettingsSchema.parse({
      seed: 3,
      data: { maxTokens: 24 },
      lora: { rank: 4, targets: ['query', 'value'] },
      head: { hiddenSize: 0 },
      training: { devices: 5, rounds: 3, batchSize: 8, graceSeconds: 60 },
      transport: { bitsPerValue: 32, inlineBytes: 1000 },
      channel: { bandwidthHz: 1e7 },
      scheduling: { policy: 'exact' },
    }),
    payloadBits: { embeddings: 8 * 24 * 32 * 32, features: 8 * 32 * 32 },
    labelNames: ['no', 'yes', 'perhaps'],
    rounds: [1, 2, 3, 4].map((round) => ({
      round,
      answered: [0],
      timeSplitSeconds: Object.fromEntries(STAGES.map((stage) => [stage, round])),
      meanTokens: 8 * 20,
      meanTimeSplitSeconds: Object.fromEntries(STAGES.map((stage) => [stage, 2 * round])),
    })),
  };

  it('is read from result.json, without its first two rounds, in which everything starts', () => {
    const run = measuredResult(result, 'result.json');
    expect(run.rounds).toEqual([2, 3]);
    expect(run.stageSeconds).toEqual({ mean: byStage(() => 7), critical: byStage(() => 3.5) });
    expect(run.batchTokens).toBeUndefined();
    const settings = parseStudy(run.settings, 'settings');
    expect(settings).toMatchObject({
      model: { hiddenSize: 32 },
      data: { maxTokens: 24, meanTokens: 20, labelCount: 3 },
      lora: { rank: 4, targets: ['query', 'value'] },
      training: { devices: 5, rounds: 4, batchSize: 8, graceSeconds: 60 },
    });
  });

  it('is refused if no device answered', () => {
    const silent = { ...result, rounds: result.rounds.map((round) => ({ ...round, answered: [] })) };
    expect(() => measuredResult(silent, 'result.json')).toThrow('no round that was answered');
  });
});
