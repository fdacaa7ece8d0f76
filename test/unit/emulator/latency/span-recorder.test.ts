import { describe, expect, test } from 'vitest';
import { LatencyAccount } from '#emulator/latency/latency-account.ts';
import { SpanRecorder } from '#emulator/latency/span-recorder.ts';
import { STAGE_INDEX } from '#shared/protocol/stages.ts';

describe('the spans of a latency account', () => {
  test('join from the start of the round to its close, and add up to the account', () => {
    const spans = new SpanRecorder(2);
    const account = new LatencyAccount(2, 1000, spans);
    account.charge(0, STAGE_INDEX.scheduling, 1002);
    account.charge(0, STAGE_INDEX.queueWait, 1002);
    account.charge(0, STAGE_INDEX.deviceCompute, 1005.5);
    account.charge(1, STAGE_INDEX.scheduling, 1003);
    const latency = account.close(1010, 1012);
    expect(spans.spansOf(0)).toEqual([
      { stage: 'scheduling', kind: 'compute', startMs: 0, endMs: 2 },
      { stage: 'deviceCompute', kind: 'compute', startMs: 2, endMs: 5.5 },
      { stage: 'waitingForSlowest', kind: 'idle', startMs: 5.5, endMs: 10 },
      { stage: 'backwardAndAggregation', kind: 'compute', startMs: 10, endMs: 12 },
    ]);
    expect(account.criticalDevice).toBe(0);
    expect(spans.spansOf(0).at(-1)?.endMs).toBe(latency.roundNanoseconds / 1e6);
  });

  test('end where a copy of a message finished first', () => {
    const spans = new SpanRecorder(1);
    const account = new LatencyAccount(1, 0, spans);
    account.charge(0, STAGE_INDEX.scheduling, 2);
    account.charge(0, STAGE_INDEX.deviceCompute, 8);
    account.charge(0, STAGE_INDEX.uplinkEmbeddings, 9);
    account.rewind(0, 5);
    account.charge(0, STAGE_INDEX.uplinkEmbeddings, 6);
    expect(spans.spansOf(0).map(({ stage, startMs, endMs }) => [stage, startMs, endMs])).toEqual([
      ['scheduling', 0, 2],
      ['deviceCompute', 2, 5],
      ['uplinkEmbeddings', 5, 6],
    ]);
  });
});
