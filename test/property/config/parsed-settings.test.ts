import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { channelOfRound, drawScenario, radioChannel } from '#shared/channel/scenario.ts';
import { CHANNEL_ALTERNATIVES, channelSettings, checkChannelDevices } from '#shared/channel/settings.ts';
import { describeSettings } from '#shared/config/describe-settings.ts';
import { isRawSettings } from '#shared/config/merge-settings.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { controlV } from '#shared/scheduling/control-schedule.ts';
import { DELAY_BUDGET_ALTERNATIVES } from '#shared/scheduling/delay-budget.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { roundWarnings } from '#shared/scheduling/round-warnings.ts';
import {
  checkSchedulingDevices,
  roundBudgetSeconds,
  scaledControlSchedule,
  schedulingSettings,
} from '#shared/scheduling/settings.ts';
import { settingsArbitrary } from '#test/support/settings-arbitrary.ts';

const radioSettings = z
  .strictObject({ devices: z.int().min(1).max(4), channel: channelSettings, scheduling: schedulingSettings })
  .superRefine(({ devices, channel, scheduling }, context) => {
    if (context.issues.length > 0) return;
    checkChannelDevices(channel, devices, context, ['channel']);
    checkSchedulingDevices(scheduling, devices, context, ['scheduling']);
  });

/** The same settings with one unit of each quantity that was drawn in two. */
function inOneUnit(given: unknown): unknown {
  if (!isRawSettings(given)) return given;
  const second = [...CHANNEL_ALTERNATIVES, ...DELAY_BUDGET_ALTERNATIVES].flatMap(([one, other]) =>
    Object.hasOwn(given, one) ? [other] : [],
  );
  const entries = Object.entries(given).filter(([name]) => !second.some((one) => one === name));
  return Object.fromEntries(entries.map(([name, value]) => [name, inOneUnit(value)]));
}

/** From one value to mini-batches and models of every size that settings allow. */
const payloads = fc.double({ min: 32, max: 1e18, noNaN: true });

describe('settings that parse', () => {
  test('are accepted by the channel and every policy, round after round', () => {
    let parsedCount = 0;
    fc.assert(
      fc.property(
        settingsArbitrary(radioSettings).map(inOneUnit),
        payloads,
        fc.nat(1000),
        (given, payloadBits, seed) => {
          const parsed = radioSettings.safeParse(given);
          if (!parsed.success) return;
          parsedCount++;
          const { devices, channel, scheduling } = parsed.data;
          const scenario = drawScenario(channel, seed, devices);
          const delayBudgetSeconds = roundBudgetSeconds(scheduling, payloadBits);
          let queueSeconds = 0;
          for (const round of [0, 1, 2]) {
            const problem = {
              ...radioChannel(scenario, channelOfRound(scenario, round)),
              payloadBits,
              delayBudgetSeconds,
              controlV: controlV(scaledControlSchedule(scheduling, delayBudgetSeconds), round),
              queueSeconds,
              minimumDevices: scheduling.minimumDevices,
            };
            const context = { seed, round, deviceCount: scheduling.devicesPerRound };
            const plan = planRound(scheduling.policy, problem, context);
            expect(Number.isFinite(plan.objective)).toBe(true);
            roundWarnings(problem);
            queueSeconds = plan.nextQueueSeconds;
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(parsedCount).toBeGreaterThan(300);
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
      { numRuns: 2000 },
    );
    expect(parsedCount).toBeGreaterThan(100);
  });

  test('are each described', () => {
    const undescribed = describeSettings(runConfigSchema).filter(({ description }) => description === '');
    expect(undescribed).toEqual([]);
  });
});
