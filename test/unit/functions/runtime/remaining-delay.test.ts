import { describe, expect, it } from 'vitest';
import { remainingDelay } from '#functions/runtime/consumer/remaining-delay.ts';

describe('what to do with a message that came before it is due', () => {
  it.each([
    [1000, { kind: 'due' }],
    [999, { kind: 'due' }],
    [1001, { kind: 'wait', untilMs: 1001 }],
    [2999, { kind: 'wait', untilMs: 2999 }],
    [3000, { kind: 'put-back', visibilitySeconds: 2 }],
    [4999, { kind: 'put-back', visibilitySeconds: 3 }],
    [1_000_000_000, { kind: 'put-back', visibilitySeconds: 43_200 }],
  ])('due at %i ms, seen at 1000 ms', (deliverAtMs, expected) => {
    expect(remainingDelay(deliverAtMs, 1000, 2000)).toEqual(expected);
  });
});
