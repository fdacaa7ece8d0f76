import { describe, expect, it } from 'vitest';
import {
  byFunction,
  FUNCTION_NAMES,
  FUNCTIONS,
  LAMBDA_FUNCTIONS,
  MESSAGE_ROUTES,
  receiversFrom,
  visibilitySeconds,
} from '#shared/protocol/functions.ts';
import { messageSchema } from '#shared/protocol/message.ts';

describe('the table of functions', () => {
  it('routes each kind of message, and no other', () => {
    const kinds = messageSchema.options.map(({ shape }) => shape.kind.value);
    expect(Object.keys(MESSAGE_ROUTES).sort()).toEqual([...kinds].sort());
  });

  it('lets no device function tell the scheduler anything', () => {
    expect(byFunction(receiversFrom)).toEqual({
      scheduler: ['scheduler', 'device', 'encoder'],
      device: ['device', 'encoder'],
      encoder: ['scheduler', 'device', 'encoder'],
    });
  });

  it('hides a received message for longer than an invocation may take', () => {
    for (const name of LAMBDA_FUNCTIONS) {
      const { timeoutSeconds } = FUNCTIONS[name].lambda;
      expect(visibilitySeconds(name)).toBeGreaterThanOrEqual(6 * timeoutSeconds);
      expect(FUNCTIONS[name].reserveMs).toBeLessThan(1000 * timeoutSeconds);
    }
  });

  it('names every function once', () => {
    expect([...FUNCTION_NAMES].sort()).toEqual(Object.keys(FUNCTIONS).sort());
  });
});
