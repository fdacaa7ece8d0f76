import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAGES } from '#shared/protocol/stages.ts';
import { POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';
import { runPoint } from '#study/model/run-point.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { inputCount } from '#test/support/input-count.ts';

/** Small clouds of every kind: low and high limits, cold and warm starts, ordered and unordered delivery. */
const cloud = fc.record({
  queue: fc.record({
    duplicateProbability: fc.constantFrom(0, 0.1),
    reorderProbability: fc.constantFrom(0, 0.5),
    visibilitySeconds: fc.constantFrom(2, 900),
    receiveLatencyMs: fc.constantFrom(0, 6),
    maxReceiveCount: fc.constant(1000),
  }),
  platform: fc.record({
    accountConcurrency: fc.constantFrom(2, 5, 1000),
    keepAliveSeconds: fc.constantFrom(0, 420),
    scalingBurst: fc.constantFrom(1, 1000),
  }),
  device: fc.record({
    poller: fc.record({ batchSize: fc.constantFrom(1, 3, 10), batchWindowMs: fc.constantFrom(0, 40) }),
  }),
  encoder: fc.constantFrom(
    { minimumReplicas: 1, maximumReplicas: 1 },
    { minimumReplicas: 0, maximumReplicas: 3, messagesPerReplica: 3, idleSeconds: 1 },
    { minimumReplicas: 2, maximumReplicas: 2, batchMessages: 1, batchWindowMs: 0 },
  ),
});

const study = fc.record({
  seed: fc.nat(1000),
  training: fc.record({
    devices: fc.integer({ min: 1, max: 40 }),
    rounds: fc.integer({ min: 1, max: 4 }),
    graceSeconds: fc.constantFrom(1, 3, 600),
  }),
  scheduling: fc.record({
    policy: fc.constantFrom(...POLICY_NAMES),
    delayBudget: fc.constantFrom({ secondsPerRound: 1 }, { secondsPerRound: 100 }),
  }),
  cloud,
});

describe('a point of a study', () => {
  it('accounts for every nanosecond, and keeps its conservation laws, in any cloud', () => {
    fc.assert(
      fc.property(study, (raw) => {
        const settings = parseStudy(raw, 'test');
        const { rounds, outcome } = runPoint(settings);
        expect(rounds.map(({ round }) => round)).toEqual(
          Array.from({ length: settings.training.rounds }, (_, i) => i),
        );
        expect(outcome.littleImbalance).toBeLessThan(1e-6);
        let endMs = 0;
        for (const { latency, commitMs, scheduled, answered, bill } of rounds) {
          const critical = STAGES.reduce((sum, stage) => sum + latency.criticalPathNanoseconds[stage], 0);
          expect(critical).toBe(latency.roundNanoseconds);
          expect(answered).toBeLessThanOrEqual(scheduled);
          expect(latency.devices).toBe(answered);
          expect(latency.completion.max).toBeLessThanOrEqual(latency.roundNanoseconds / 1e6);
          const meanOfStages = STAGES.reduce((sum, stage) => sum + latency.stages[stage].mean, 0);
          if (answered > 0) expect(meanOfStages / (latency.roundNanoseconds / 1e6)).toBeCloseTo(1, 9);
          expect(bill.totalUsd).toBeGreaterThan(0);
          endMs += latency.roundNanoseconds / 1e6 + commitMs;
        }
        expect(Math.abs(endMs - outcome.endMs)).toBeLessThan(1e-3);
      }),
      { numRuns: inputCount(250) },
    );
  });

  it('is a function of its settings', () => {
    fc.assert(
      fc.property(study, (raw) => {
        const settings = parseStudy(raw, 'test');
        expect(JSON.stringify(runPoint(settings))).toBe(JSON.stringify(runPoint(settings)));
      }),
      { numRuns: inputCount(30) },
    );
  });

  it('answers in full when nothing is in a hurry', () => {
    fc.assert(
      fc.property(study, (raw) => {
        const patient = { ...raw, training: { ...raw.training, graceSeconds: 43_200 } };
        for (const { scheduled, answered } of runPoint(parseStudy(patient, 'test')).rounds) {
          expect(answered).toBe(scheduled);
        }
      }),
      { numRuns: inputCount(60) },
    );
  });
});
