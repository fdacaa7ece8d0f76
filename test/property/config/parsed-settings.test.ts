import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { CHANNEL_ALTERNATIVES, channelSettings } from '#shared/channel/settings.ts';
import { describeSettings } from '#shared/config/describe-settings.ts';
import { isRawSettings } from '#shared/config/merge-settings.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { DELAY_BUDGET_ALTERNATIVES } from '#shared/scheduling/delay-budget.ts';
import { POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';
import { schedulingSettings } from '#shared/scheduling/settings.ts';
import { RoundPlanner } from '#study/model/round-planner.ts';
import { studySchema } from '#study/settings/study-schema.ts';
import { settingsArbitrary } from '#test/support/settings-arbitrary.ts';

const ROUNDS = 3;
const MOST_DEVICES = 4;

/** Settings that define the rounds of a study with a few devices. */
const plannedSettings = z.strictObject({
  seed: studySchema.shape.seed,
  data: z.strictObject({ maxTokens: z.int().min(1).max(100_000) }),
  training: z.strictObject({
    devices: z.int().min(1).max(MOST_DEVICES),
    rounds: z.literal(ROUNDS),
    batchSize: z.int().min(1).max(100_000),
  }),
  channel: channelSettings,
  // A policy plug-in is opened before rounds are planned.
  scheduling: schedulingSettings.unwrap().extend({ policy: z.enum(POLICY_NAMES) }),
});

/** The same settings with only one unit for each quantity that was drawn in two units. */
function inOneUnit(given: unknown): unknown {
  if (!isRawSettings(given)) return given;
  const second = [...CHANNEL_ALTERNATIVES, ...DELAY_BUDGET_ALTERNATIVES].flatMap(([one, other]) =>
    Object.hasOwn(given, one) ? [other] : [],
  );
  const entries = Object.entries(given).filter(([name]) => !second.some((one) => one === name));
  return Object.fromEntries(entries.map(([name, value]) => [name, inOneUnit(value)]));
}

/**
 * The same settings with a trace that was read, of enough devices, no time of a trace by time, and no channel
 * of a plug-in, which is opened before rounds are planned.
 */
function withReadTrace(given: unknown): unknown {
  if (!isRawSettings(given) || !isRawSettings(given.channel)) return given;
  const { trace, traceRoundSeconds: _, model: __, modelSettings: ___, ...channel } = given.channel;
  if (!isRawSettings(trace) || !Array.isArray(trace.values)) return { ...given, channel };
  const values = Array.from({ length: MOST_DEVICES }, () => trace.values).flat();
  return { ...given, channel: { ...channel, trace: { ...trace, devices: MOST_DEVICES, values } } };
}

describe('settings that parse', () => {
  test('are accepted by the channel and every policy, round after round', () => {
    let parsedCount = 0;
    fc.assert(
      fc.property(settingsArbitrary(plannedSettings).map(inOneUnit).map(withReadTrace), (given) => {
        const parsed = studySchema.safeParse(given);
        if (!parsed.success) return;
        parsedCount++;
        const planner = new RoundPlanner(parsed.data);
        for (let round = 0; round < ROUNDS; round++) {
          const { rateBitsPerSecond, delaySeconds } = planner.plan(round);
          expect(rateBitsPerSecond.every((rate) => rate > 0 && Number.isFinite(rate))).toBe(true);
          expect(Number.isFinite(delaySeconds)).toBe(true);
          expect(Number.isFinite(planner.record(round).nextQueueSeconds)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
    expect(parsedCount).toBeGreaterThan(100);
  });

  test('of a run parse again to themselves, so that a stored run is the run that was asked for', () => {
    let parsedCount = 0;
    fc.assert(
      fc.property(settingsArbitrary(runConfigSchema).map(inOneUnit), (given) => {
        const parsed = runConfigSchema.safeParse(given);
        if (!parsed.success) return;
        parsedCount++;
        const stored = JSON.stringify(parsed.data);
        expect(JSON.stringify(runConfigSchema.parse(JSON.parse(stored)))).toBe(stored);
      }),
      { numRuns: 4000 },
    );
    expect(parsedCount).toBeGreaterThan(30);
  });

  test('are each described', () => {
    const undescribed = describeSettings(runConfigSchema).filter(({ description }) => description === '');
    expect(undescribed).toEqual([]);
  });
});
