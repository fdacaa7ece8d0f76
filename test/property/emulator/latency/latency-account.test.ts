import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyAccount } from '#emulator/latency/latency-account.ts';
import { STAGE_INDEX, STAGES } from '#shared/protocol/stages.ts';

describe('LatencyAccount', () => {
  it('splits every device into stages that add up to the round, to the nanosecond', () => {
    const charge = fc.record({
      device: fc.nat(4),
      stage: fc.constantFrom(...STAGES),
      untilMs: fc.double({ min: 0, max: 1e7, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(charge, { maxLength: 60 }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        (charges, startMs, aggregationMs) => {
          const account = new LatencyAccount(5, startMs);
          for (const { device, stage, untilMs } of charges)
            account.charge(device, STAGE_INDEX[stage], startMs + untilMs);
          const collectedMs = startMs + 1e7;
          const latency = account.close(collectedMs, collectedMs + aggregationMs);
          const critical = STAGES.reduce((sum, stage) => sum + latency.criticalPathNanoseconds[stage], 0);
          expect(critical).toBe(latency.roundNanoseconds);
          for (let device = 0; device < 5; device++) {
            const total = STAGES.reduce(
              (sum, stage) => sum + Math.round(account.spentMs(device, stage) * 1e6),
              0,
            );
            expect(total).toBe(latency.roundNanoseconds);
          }
        },
      ),
    );
  });

  it('charges no time twice: a charge to before the cursor changes nothing', () => {
    const account = new LatencyAccount(1, 100);
    account.charge(0, STAGE_INDEX.scheduling, 110);
    account.charge(0, STAGE_INDEX.queueWait, 105);
    account.charge(0, STAGE_INDEX.queueWait, 112);
    expect(account.spentMs(0, 'scheduling')).toBe(10);
    expect(account.spentMs(0, 'queueWait')).toBe(2);
  });
});
