import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FadingSettings } from '#shared/channel/fading.ts';
import { channelOfRound, drawScenario, radioChannel, type Scenario } from '#shared/channel/scenario.ts';
import { type ChannelSettings, channelSettings } from '#shared/channel/settings.ts';
import type { ControlLaw } from '#shared/scheduling/control/control-law.ts';
import { NOTHING_SPENT } from '#shared/scheduling/control/control-state.ts';
import { drawControlLaw } from '#shared/scheduling/control/draw-law.ts';
import { controlledRule, planControlledRound } from '#shared/scheduling/control/plan-controlled-round.ts';
import { type ControlSettings, HORIZONS } from '#shared/scheduling/control/round-control.ts';
import { minimumDelay } from '#shared/scheduling/minimum-delay.ts';
import { POLICIES, POLICY_NAMES, type PolicyName } from '#shared/scheduling/policies/registry.ts';
import { inputCount } from '#test/support/input-count.ts';

const WITH_QUEUE = POLICY_NAMES.filter((name) => POLICIES[name].queue !== undefined);
const PAYLOAD_BITS = 1e6;

const fading: fc.Arbitrary<FadingSettings> = fc.oneof(
  fc.constant({ kind: 'none' } as const),
  fc.record({ kind: fc.constant('rayleigh' as const), correlation: fc.constantFrom(0, 0.9) }),
  fc.record({
    kind: fc.constant('rician' as const),
    kFactorDb: fc.constantFrom(-3, 10),
    correlation: fc.constant(0),
  }),
);

interface Run {
  readonly scenario: Scenario;
  readonly policy: PolicyName;
  readonly budgetSeconds: number;
  readonly settings: ControlSettings;
  readonly rounds: number;
  readonly minimumDevices: number;
}

/**
 * Runs of every kind. The law may belong to another channel, the horizon may be wrong, V may follow any
 * schedule: the budget guarantee depends on none of them.
 */
const runs = (minimum: fc.Arbitrary<number>): fc.Arbitrary<Run & { readonly law: ControlLaw }> =>
  fc
    .record({
      seed: fc.nat(10_000),
      devices: fc.integer({ min: 1, max: 25 }),
      fading,
      policy: fc.constantFrom(...WITH_QUEUE),
      part: fc.double({ min: 0.01, max: 3, noNaN: true }),
      debt: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 4, noNaN: true })),
      rounds: fc.integer({ min: 1, max: 25 }),
      lawSeed: fc.option(fc.nat(100), { nil: undefined }),
      scheduled: fc.boolean(),
      horizon: fc.constantFrom(...HORIZONS),
      minimum,
    })
    .map((drawn) => {
      const channel: ChannelSettings = { ...channelSettings.parse({}), fading: drawn.fading };
      const scenario = drawScenario(channel, drawn.seed, drawn.devices);
      const link = { ...radioChannel(scenario, channelOfRound(scenario, 0)), payloadBits: PAYLOAD_BITS };
      const budgetSeconds = drawn.part * minimumDelay(link).delaySeconds;
      const settings: ControlSettings = {
        initialQueue: 'placeholder',
        debtSeconds: drawn.debt * budgetSeconds,
        horizon: drawn.horizon,
        schedule: drawn.scheduled
          ? { kind: 'geometric', initialV: budgetSeconds ** 2, ratio: 0.9 }
          : undefined,
      };
      const minimumDevices = Math.floor(drawn.minimum * drawn.devices);
      const rule = controlledRule(drawn.policy, settings);
      if (rule === undefined) throw new Error(`${drawn.policy} has no queue.`);
      const lawScenario =
        drawn.lawSeed === undefined ? scenario : drawScenario(channel, drawn.lawSeed, drawn.devices);
      const law = drawControlLaw(lawScenario, { rule, payloadBits: PAYLOAD_BITS, minimumDevices });
      return { ...drawn, scenario, budgetSeconds, settings, minimumDevices, law };
    });

/** Each round's delay, and its unavoidable excess over the limit. */
function roundsOf(run: Run & { readonly law: ControlLaw }) {
  let state = NOTHING_SPENT;
  return Array.from({ length: run.rounds }, (_, round) => {
    const channel = radioChannel(run.scenario, channelOfRound(run.scenario, round));
    const { plan, record, next } = planControlledRound(run.policy, {
      ...run,
      link: { ...channel, payloadBits: PAYLOAD_BITS },
      state,
      round,
      context: { seed: 1, round, deviceCount: 1 },
    });
    state = next;
    return { plan, record };
  });
}

describe('control over a finite horizon', () => {
  test('keeps the mean delay within 1 + d/T budgets after every number of rounds T', () => {
    fc.assert(
      fc.property(runs(fc.constant(0)), (run) => {
        let total = 0;
        roundsOf(run).forEach(({ plan, record }, round) => {
          total += plan.delaySeconds;
          const promised = run.budgetSeconds * (round + 1) + run.settings.debtSeconds;
          expect(total).toBeLessThanOrEqual(promised + 3e-9 * run.budgetSeconds);
          expect(record.forcedSeconds).toBe(0);
        });
      }),
      { numRuns: inputCount(300) },
    );
  });

  test('always permits the plan of the greedy strategy', () => {
    fc.assert(
      fc.property(runs(fc.constant(0)), (run) => {
        for (const { record } of roundsOf(run)) {
          expect(record.delayLimitSeconds ?? 0).toBeGreaterThanOrEqual(run.budgetSeconds * (1 - 3e-9));
        }
      }),
      { numRuns: inputCount(100) },
    );
  });

  test('with a minimum number of devices exceeds the promise by no more than it records as forced', () => {
    fc.assert(
      fc.property(runs(fc.double({ min: 0.1, max: 1, noNaN: true })), (run) => {
        let total = 0;
        let forced = 0;
        roundsOf(run).forEach(({ plan, record }, round) => {
          expect(plan.selected.length).toBeGreaterThanOrEqual(run.minimumDevices);
          total += plan.delaySeconds;
          forced += record.forcedSeconds;
          const promised = run.budgetSeconds * (round + 1) + run.settings.debtSeconds + forced;
          expect(total).toBeLessThanOrEqual(promised * (1 + 1e-9) + 3e-9 * run.budgetSeconds);
        });
      }),
      { numRuns: inputCount(150) },
    );
  });

  test('from a queue of zero, only the promise of the queue holds: a first round takes everyone', () => {
    fc.assert(
      fc.property(runs(fc.constant(0)), (drawn) => {
        const run: typeof drawn = { ...drawn, settings: { ...drawn.settings, initialQueue: 'zero' } };
        const rounds = roundsOf(run);
        expect(rounds[0].plan.selected.length).toBe(run.scenario.meanGain.length);
        const total = rounds.reduce((sum, { plan }) => sum + plan.delaySeconds, 0);
        const queue = rounds.reduce(
          (held, { plan }) => Math.max(held + plan.delaySeconds - run.budgetSeconds, 0),
          0,
        );
        expect(total).toBeLessThanOrEqual((run.budgetSeconds * run.rounds + queue) * (1 + 1e-12));
        expect(rounds.every(({ record }) => record.delayLimitSeconds === null)).toBe(true);
      }),
      { numRuns: inputCount(60) },
    );
  });
});
